import { formatMs, formatNumber } from '../../stats/format.ts'
import type { Chart } from './chart.ts'
import type { Stretch } from './stretches.ts'
import { leastSeconds } from './time-axis.ts'

export function cpu(stretches: readonly Stretch[]): Chart | undefined {
  return generator(stretches, 'cpuPercentMax', {
    title: 'CPU of the generator',
    about: 'CPU of the busiest process, in % of a core; the highest value in each interval.',
    label: 'CPU',
    format: (value) => `${formatNumber(value)} %`,
  })
}

export function loopDelay(stretches: readonly Stretch[]): Chart | undefined {
  return generator(stretches, 'loopDelayMaxMs', {
    title: 'Event-loop delay of the generator',
    about: 'The longest delay of any process in each interval. A latency can contain this delay.',
    label: 'delay',
    format: formatMs,
  })
}

function generator(
  stretches: readonly Stretch[],
  of: 'cpuPercentMax' | 'loopDelayMaxMs',
  { label, ...chart }: Pick<Chart, 'title' | 'about' | 'format'> & { label: string },
): Chart | undefined {
  const told = stretches.filter(({ seconds }) => seconds >= leastSeconds)
  if (told.length === 0) return undefined
  const steps = told.map(({ from, until, ...stretch }) => ({ from, until, value: stretch[of] }))
  const shaded = told
    .filter(({ saturated }) => saturated > 0)
    .map(({ from, until, saturated }) => ({ from, until, value: saturated }))
  return { ...chart, lines: [{ label, steps }], gaps: 'none', shaded: { label: 'saturated', steps: shaded } }
}
