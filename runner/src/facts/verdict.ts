import type { Outcome } from '../errors.ts'

/** One line of a verdict: what was looked at, what it was, what it may be. */
export interface Finding {
  /** `passed` findings are reported too (a threshold that held). */
  outcome: Outcome
  /** Which criterion: threshold, delivery, generator, workers, arrivals, interrupted, hook … */
  kind: string
  /** The whole line, with name, number and limit. */
  text: string
  /** Of a threshold, the two halves of its line: what must hold, the same in every run, and what was measured. */
  label?: string
  measured?: string
  /** Numbers for programs, where there are any. */
  value?: number
  limit?: number
  /** The value rests on requests without an answer: it is this or more. */
  atLeast?: true
  /** ms since the run's first moment, where it happened at a moment. */
  atMs?: number
}

/** `broken` beats `failed` beats `passed`. */
export interface Verdict {
  outcome: Outcome
  exitCode: number
  findings: Finding[]
}
