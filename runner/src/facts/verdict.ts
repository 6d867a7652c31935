import { type ErrorCode, exitCodes, type Outcome } from '../errors.ts'
import type { EventKind } from './run-event.ts'

/** Which criterion found it; of an event, and of an error that ended the run, their own kind. */
export type FindingKind = 'threshold' | 'delivery' | 'generator' | 'workers' | EventKind | Lowercase<ErrorCode>

/** What was judged: one line of a verdict, and the parts that it is made of (`finding.ts`). */
export interface Finding {
  /** `passed` findings are reported too (a threshold that held). */
  outcome: Outcome
  kind: FindingKind
  /** The whole line, for people. */
  text: string
  /** What was looked at and what it may be; the same in every run. Left out with `measured` where nothing was measured: an event, an error. */
  label?: string
  /** What it was. */
  measured?: string
  /** What it comes from, or what to do. */
  why?: string
  /** It ended the run. */
  endedRun?: true
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

/** Findings of the same outcome stay in their order. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => exitCodes[b.outcome] - exitCodes[a.outcome])
}
