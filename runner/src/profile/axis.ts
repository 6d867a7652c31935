import { formatDuration } from '../plan/duration.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const timeStepsMs = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6, 12].map((n) => n * hour),
  ...[1, 2, 7, 14, 28].map((n) => n * day),
]

/** The least round number (1, 2, 2.5 or 5 × 10ⁿ) that `parts` of reach `peak`. */
export function levelStep(peak: number, parts: number, whole: boolean): number {
  const least = Math.max(peak / parts, whole ? 1 : Number.MIN_VALUE)
  const scale = 10 ** Math.floor(Math.log10(least))
  for (const round of [1, 2, 2.5, 5, 10]) {
    const step = round * scale
    if (step >= least * (1 - 1e-9) && (!whole || Number.isInteger(step))) return step
  }
  return 10 * scale
}

/** Labels of a time axis at round times, none running into the next; each with its column. */
export function timeLabels(durationMs: number, columns: number): { column: number; label: string }[] {
  for (const stepMs of timeStepsMs) {
    const count = Math.floor(durationMs / stepMs) + 1
    if (count > columns / 4) continue
    const labels = Array.from({ length: count }, (_, n) => ({
      column: Math.round(((n * stepMs) / durationMs) * columns),
      label: formatDuration(n * stepMs),
    }))
    const gap = labels[1]?.column ?? columns
    if (labels.every(({ label }) => label.length + 2 <= gap)) return labels
  }
  return [{ column: 0, label: '0s' }]
}
