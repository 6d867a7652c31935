/** Where the marks of an axis are; the last one of a value axis is its end. */
export function valueTicks(greatest: number): number[] {
  if (!(greatest > 1e-9) || !Number.isFinite(greatest)) return [0, 1]
  const rough = greatest / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * (roundSteps.find((round) => round * power >= rough * (1 - 1e-9)) ?? 10)
  const count = Math.ceil(greatest / step - 1e-9)
  // not i × step, which is 0.30000000000000004 for 3 × 0.1
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(12)))
}

const roundSteps = [1, 2, 2.5, 5, 10]

/** Marks of a time axis from 0 to `endSeconds`, as clocks have them. */
export function timeTicks(endSeconds: number): number[] {
  const step = clockSteps.find((seconds) => endSeconds / seconds <= mostTimeTicks) ?? endSeconds / mostTimeTicks
  return Array.from({ length: Math.floor(endSeconds / step + 1e-9) + 1 }, (_, i) => i * step)
}

const mostTimeTicks = 9
const [minute, hour, day] = [60, 3_600, 86_400]
const clockSteps = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * minute),
  ...[1, 2, 3, 6, 12].map((hours) => hours * hour),
  ...[1, 2, 7, 14, 28, 56, 112, 364].map((days) => days * day),
]
