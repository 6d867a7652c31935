import type { Finding } from '../facts/verdict.ts'

/** What a threshold found: `label` says what must hold, `measured` what was, and the line is made of both. */
export function thresholdFinding(
  label: string,
  measured: string,
  more: Omit<Finding, 'kind' | 'text' | 'label' | 'measured'>,
): Finding {
  return { kind: 'threshold', text: `${label}: ${measured}`, label, measured, ...more }
}
