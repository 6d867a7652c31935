import type { RunIdentity } from '../facts/run.ts'
import type { Log } from '../log.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import type { StatsDelta } from '../stats/snapshot.ts'
import type { Criterion } from '../verdict/criterion.ts'
import type { RunHooks } from './hooks.ts'
import type { ArrivalCutter } from './load/arrival-orders.ts'
import type { LoadSource } from './load/load-source.ts'
import type { AskedClasses } from './load/running-classes.ts'
import type { OutputSink } from './record/broadcast.ts'
import type { LivenessLimits } from './workers/liveness.ts'
import type { WaitForWorkersOptions } from './workers/wait-for-workers.ts'
import type { WorkersPlatform } from './workers/workers-platform.ts'

/** What one run consists of. */
export interface MasterOptions {
  plan: RunPlan
  identity?: RunIdentity | undefined
  source: LoadSource
  durationMs: number | undefined
  arrivals?: { cut: ArrivalCutter; maxUsers: number } | undefined
  criteria: Criterion[]
  hooks: RunHooks
  sink: OutputSink
  log: Log
  /** The user classes that should run. Left out: those that the workers have. */
  userClasses?: AskedClasses | undefined
  /** Where the workers come from, if the master may ask it. */
  platform?: WorkersPlatform | undefined
  /** How many workers must join before the run begins, and how long they may take. Left out: it begins with those that have joined. */
  waitForWorkers?: Pick<WaitForWorkersOptions, 'expect' | 'maxWaitMs' | 'perPod'> | undefined
  liveness?: LivenessLimits | undefined
  /** Takes what load files of workers send with `environment.send`. */
  onMessage?: ((name: string, data: unknown, from: string) => void) | undefined
  feeds?: FeedRows | undefined
  /** What the load file measures in this process: in `setup()`, message handlers and `teardown()`. */
  own?: { take(): StatsDelta } | undefined
  /** Time that a worker gets after `stopTimeout` to abort its users and send its last report. */
  drainGraceMs?: number | undefined
}

/** Gives rows of feeds to workers. */
export interface FeedRows {
  /** The next rows of a feed; none where it is used up. */
  lease(feed: string, count: number): Promise<readonly unknown[]>
  /** How many rows of a feed all workers together have got. */
  given(feed: string): number | undefined
}

/** Everything that anyone (command line, signals, thresholds, users, workers, UI and API) can order of a running master. */
export type Command = StopCommand | { kind: 'reset' }

/** Ends the run. `shortage`: something that the load needs is used up, and the rest of the load counts as not delivered. */
export interface StopCommand {
  kind: 'stop'
  reason: string
  cause: 'interrupted' | 'threshold' | 'user' | 'workers' | 'shortage'
}
