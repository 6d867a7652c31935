import type { EventKind } from '../facts/run-event.ts'
import type { Bundle } from '../loadfile/bundle.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import type { ArrivalsTarget } from '../profile/arrivals-target.ts'
import type { UserClassInfo } from '../profile/class-sequence.ts'
import type { WorkerInterval } from '../stats/snapshot.ts'

/**
 * Everything master and worker say to each other. Types, names and order are Locust's (its wire is `transport/`'s business);
 * what only katydid peers say is under `katydid`. Times are ms of the run's clock unless named otherwise.
 */
export type WorkerState = 'ready' | 'spawning' | 'running' | 'stopping' | 'stopped' | 'missing'

/** What a worker should be doing: absolute, so that the newest is all that counts. */
export interface Target {
  /** Strictly rising; an older one is ignored. Epoch s, as in Locust. */
  timestamp: number
  /** Users by class; classes not named stay as they are. */
  users: Record<string, number>
  arrivals?: ArrivalsTarget
}

export type ToMaster =
  | { type: 'client_ready'; version: string; classes: UserClassInfo[] }
  /** `roundTripMs`: how long the way to the master and back takes; left out, it is not known. */
  | { type: 'heartbeat'; state: WorkerState; cpuPercent: number; rssBytes: number; roundTripMs?: number }
  /** `extra`: what the load file's listeners added to the report; left out, they were not asked. */
  /** `activeSeconds`: of Locust's workers, in how many seconds of what they report requests ended. */
  | { type: 'stats'; intervals: WorkerInterval[]; extra?: Record<string, unknown>; activeSeconds?: number | undefined }
  | { type: 'spawning' }
  /** `of`: the timestamp of the target it has reached; Locust's do not say. */
  | { type: 'spawning_complete'; users: Record<string, number>; of?: number }
  /** A user raised StopTest, or a feed ran out: the run should end. `cutShort`: nobody meant it to, what is left of its load is missing. */
  | { type: 'stop_request'; reason: string; outcome: 'passed' | 'failed' | 'broken'; cutShort?: true }
  /** Every user asked for has ended by itself (StopUser, a failing onStart). */
  | { type: 'exhausted' }
  /** Something the run should know: names capped, listener threw, users could not start. */
  | { type: 'event'; kind: EventKind; text: string }
  /** Asks for rows of a feed (`key` of its spec); one request at a time for each feed. */
  | { type: 'feed_lease'; feed: string; request: number; count: number }
  /** Its lease is over, its users stopped at a moment of the run. `newest`: the newest target it had until then, which no longer holds. */
  | { type: 'suspended'; newest: number; atMs: number }
  | { type: 'client_stopped' }
  | { type: 'quit' }
  /** What a load file sends with `environment.send`. */
  | { type: 'message'; name: string; data: unknown }

export type ToWorker =
  | { type: 'ack'; index: number }
  /** What of `host` and `http.proxy` is secret, as whole URLs: for those who have joined. Left out: as the job has it. */
  | { type: 'credentials'; host?: string; proxy?: string }
  /** The run begins; the moment is in the master's clock. */
  | { type: 'start'; startedAtEpochMs: number; setupData: unknown }
  | { type: 'spawn'; target: Target }
  | { type: 'spawning_complete'; userCount: number }
  | { type: 'reset_stats' }
  /** A worker's part of `guard.maxRps`. */
  | { type: 'guard'; maxRps: number }
  /** No rows: used up, all workers got `given`. `error`: they cannot be read. */
  | { type: 'feed_rows'; feed: string; request: number; rows: readonly unknown[]; error?: string; given?: number }
  | { type: 'stop' }
  /** Leave; `exitCode` 3 where the worker is of no use to any master of this run, or the master was interrupted. */
  | { type: 'quit'; exitCode?: number }
  | { type: 'message'; name: string; data: unknown }

/** What a katydid worker gets before anything else: all that it needs to be one. */
export interface Job {
  type: 'job'
  plan: RunPlan
  bundle: Bundle
  /** How many workers there are to be; a worker's own place is in Locust's `ack`. */
  workerCount: number
}
