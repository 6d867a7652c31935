import { formatNumber } from '../../stats/format.ts'
import type { Result } from '../result/result.ts'
import type { Chart, Step } from './chart.ts'
import type { Stretch } from './stretches.ts'
import { leastSeconds } from './time-axis.ts'

export function users({ load }: Result): Chart | undefined {
  if (!load) return undefined
  const mean = (of: 'askedUserSeconds' | 'userSeconds'): Step[] => perSecond(load.windows, (window) => window[of])
  return {
    title: 'Users',
    about: 'Users that the profile asks for, and users that ran.',
    lines: [
      { label: 'asked for', steps: mean('askedUserSeconds') },
      { label: 'running', steps: mean('userSeconds') },
    ],
    gaps: 'none',
    format: formatNumber,
  }
}

export function arrivals(stretches: readonly Stretch[]): Chart | undefined {
  const rate = (what: 'offered' | 'started' | 'dropped'): Step[] =>
    perSecond(stretches, ({ arrivals }) => arrivals?.[what])
  const [offered, started, dropped] = [rate('offered'), rate('started'), rate('dropped')]
  if (offered.length === 0) return undefined
  return {
    title: 'Arrivals per second',
    about:
      'Iterations that the profile asks for, iterations that started, and iterations that were dropped because no user was free.',
    lines: [
      { label: 'offered', steps: offered },
      { label: 'started', steps: started },
      { label: 'dropped', steps: dropped },
    ],
    gaps: 'zero',
    format: formatNumber,
  }
}

export function busyUsers(stretches: readonly Stretch[]): Chart | undefined {
  const steps = perSecond(stretches, ({ userSeconds }) => userSeconds)
  if (steps.length === 0) return undefined
  return {
    title: 'Users',
    about: 'Users that can start arrivals.',
    lines: [{ label: 'running', steps }],
    gaps: 'none',
    format: formatNumber,
  }
}

/** Of those that have anything of it, and are long enough for a figure. */
function perSecond<Part extends { from: number; until: number; seconds: number }>(
  parts: readonly Part[],
  sum: (part: Part) => number | undefined,
): Step[] {
  return parts.flatMap((part) => {
    const { from, until, seconds } = part
    const all = seconds < leastSeconds ? undefined : sum(part)
    return all === undefined ? [] : { from, until, value: all / seconds }
  })
}
