import type { Result } from '../result/result.ts'
import type { Stretch } from './stretches.ts'

/** What a page is made of; without secrets. */
export interface Report {
  result: Result
  /** The verdict in a line. */
  headline: string
  /** The profile in words; undefined where the run broke before it had one. */
  profile: string | undefined
  /** What `result` has only sums of, over time. */
  stretches: readonly Stretch[]
}
