import { formatNumber } from '../../stats/format.ts'
import type { Result } from '../result.ts'
import type { Chart, Step } from './chart.ts'
import type { Stretch } from './stretches.ts'
import { leastSeconds } from './time-axis.ts'

export function users({ load }: Result): Chart | undefined {
  if (!load) return undefined
  const mean = (of: 'askedUserSeconds' | 'userSeconds'): Step[] =>
    load.windows.flatMap(({ from, until, seconds, ...sums }) =>
      seconds >= leastSeconds ? { from, until, value: sums[of] / seconds } : [],
    )
  return {
    title: 'Users',
    about: 'What the profile asked for, and those that ran.',
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
    stretches.flatMap(({ from, until, seconds, arrivals }) =>
      arrivals && seconds >= leastSeconds ? { from, until, value: arrivals[what] / seconds } : [],
    )
  const [offered, started, dropped] = [rate('offered'), rate('started'), rate('dropped')]
  if (offered.length === 0) return undefined
  return {
    title: 'Arrivals per second',
    about: 'Iterations that the profile asked for, those that were started, and those for which no user was free.',
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
  const steps = stretches.flatMap(({ from, until, seconds, userSeconds }) =>
    seconds >= leastSeconds ? { from, until, value: userSeconds / seconds } : [],
  )
  if (steps.length === 0) return undefined
  return {
    title: 'Users',
    about: 'Users there were, to start arrivals.',
    lines: [{ label: 'running', steps }],
    gaps: 'none',
    format: formatNumber,
  }
}
