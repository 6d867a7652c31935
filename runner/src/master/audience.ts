import type { RunFinish, RunStart } from '../outputs/output.ts'
import type { RunEvent } from '../stats/run-event.ts'
import type { RunInterval } from '../stats/snapshot.ts'

/** Where a run is told to: the outputs, behind their isolation. */
export interface Audience {
  start(run: RunStart): void
  interval(interval: RunInterval): void
  event(event: RunEvent): void
  finish(run: RunFinish): Promise<void>
}
