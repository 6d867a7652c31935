import { formatMs, formatNumber } from '../../stats/format.ts'
import type { Chart } from './chart.ts'
import type { Stretch } from './stretches.ts'
import { leastSeconds } from './time-axis.ts'

export function cpu(stretches: readonly Stretch[]): Chart | undefined {
  return generator(stretches, 'cpuPercentMax', {
    title: 'CPU of the generator',
    about: 'Of its busiest process, in % of a core; the greatest value within each stretch.',
    label: 'CPU',
    format: (value) => `${formatNumber(value)} %`,
  })
}

export function loopDelay(stretches: readonly Stretch[]): Chart | undefined {
  return generator(stretches, 'loopDelayMaxMs', {
    title: 'Event-loop delay of the generator',
    about: 'The longest within each stretch, of any process: so much of a latency may be the generator’s own.',
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
