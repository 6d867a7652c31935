import type { Finding } from './verdict.ts'

/** A finding with a measured value. */
export type MeasuredFinding = Finding & Required<Pick<Finding, 'label' | 'measured'>>

/** Makes the line of its parts. Whoever wants a part takes the part: nobody reads it back from the line. */
export function measuredFinding(parts: Omit<MeasuredFinding, 'text'>): MeasuredFinding {
  const { label, measured, why, endedRun } = parts
  const because = why === undefined ? '' : `: ${why}`
  return { ...parts, text: `${label}: ${measured}${because}${endedRun ? ' (ended the run)' : ''}` }
}
