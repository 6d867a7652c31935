import type { RunFinish, RunStart } from '../facts/run.ts'
import type { RunEvent } from '../facts/run-event.ts'
import type { RunInterval } from '../stats/snapshot.ts'

/**
 * Someone who looks at a run. All methods may be left out; any may throw or reject, which is reported and neither stops the
 * run nor the other outputs (`multiplex.ts`). Intervals come once a second, in order.
 */
export interface Output {
  readonly name: string
  /** Finishes after those that write files, or after all others: what it says at the end may be about them. */
  readonly after?: 'files' | 'all'
  /** How long `finish` may take; left out, as long as the multiplexer gives everyone. */
  readonly finishMs?: number
  start?(run: RunStart): void | Promise<void>
  interval?(interval: RunInterval): void | Promise<void>
  event?(event: RunEvent): void | Promise<void>
  /** After `signal` nobody waits for it any more, and it must not tell its verdict. */
  finish?(run: RunFinish, signal?: AbortSignal): void | Promise<void>
  /** Another output could not be written, so the verdict is another one now: it has told the first in vain. Rejects where it still tells that. */
  retell?(run: RunFinish, signal?: AbortSignal): Promise<void>
}
