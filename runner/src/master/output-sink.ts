import type { RunFinish, RunStart } from '../facts/run.ts'
import type { RunEvent } from '../facts/run-event.ts'
import type { Verdict } from '../facts/verdict.ts'
import type { RunInterval } from '../stats/snapshot.ts'

/** Where a run is told to: the outputs, behind their isolation. */
export interface OutputSink {
  start(run: RunStart): void
  interval(interval: RunInterval): void
  event(event: RunEvent): void
  /** Resolves to the verdict that was told: an output that cannot be written is part of it, so it stands only then. */
  finish(run: Omit<RunFinish, 'verdict'>, judge: () => Verdict): Promise<Verdict>
}
