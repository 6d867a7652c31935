import type { EventKind } from '../facts/run-event.ts'
import type { Bundle } from '../loadfile/bundle.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import type { ArrivalsTarget } from '../profile/arrivals-target.ts'
import type { UserClassInfo } from '../profile/class-sequence.ts'
import type { WorkerInterval } from '../stats/snapshot.ts'

/**
 * All messages between master and worker. Types, names and order are Locust's; how they look on the wire is the business of this folder.
 * Times are ms of the run's clock unless named otherwise.
 */
export type WorkerState = 'ready' | 'spawning' | 'running' | 'stopping' | 'stopped' | 'missing'

/** What a worker should run. It is absolute, so only the newest target counts. */
export interface Target {
  /** Strictly rising; an older target is ignored. Epoch s, as in Locust. */
  timestamp: number
  /** Users by class. Classes that are not named stay as they are. */
  users: Record<string, number>
  arrivals?: ArrivalsTarget
}

export type ToMaster =
  | { type: 'client_ready'; version: string; classes: UserClassInfo[] }
  /** `roundTripMs`: how long a message to the master and its answer take. Left out: not known. */
  | { type: 'heartbeat'; state: WorkerState; cpuPercent: number; rssBytes: number; roundTripMs?: number }
  /** `extra`: what the load file's listeners added to the report. Left out: they were not asked. */
  /** `activeSeconds`: from Locust's workers, in how many seconds of the report requests ended. */
  | { type: 'stats'; intervals: WorkerInterval[]; extra?: Record<string, unknown>; activeSeconds?: number | undefined }
  | { type: 'spawning' }
  /** `of`: the timestamp of the target that it has reached. Locust's workers do not say it. */
  | { type: 'spawning_complete'; users: Record<string, number>; of?: number }
  /** A user threw StopTest, or a feed ran out: the run should end. `cutShort`: it ends by accident, and the rest of its load is missing. */
  | { type: 'stop_request'; reason: string; outcome: 'passed' | 'failed' | 'broken'; cutShort?: true }
  /** Every user that was asked for has ended by itself (StopUser, a failing onStart). */
  | { type: 'exhausted' }
  /** Something that the run should know: names were capped, a listener threw, users could not start. */
  | { type: 'event'; kind: EventKind; text: string }
  /** Asks for rows of a feed (`key` of its spec), one request at a time for each feed. */
  | { type: 'feed_lease'; feed: string; request: number; count: number }
  /** Its lease is over and its users stopped at that moment of the run. `newest`: the timestamp of its newest target, which no longer holds. */
  | { type: 'suspended'; newest: number; atMs: number }
  | { type: 'client_stopped' }
  | { type: 'quit' }
  /** What a load file sends with `environment.send`. */
  | { type: 'message'; name: string; data: unknown }

export type ToWorker =
  | { type: 'ack'; index: number }
  /** `host` and `http.proxy` with their passwords, for workers that have joined. Left out: as in the job. */
  | { type: 'credentials'; host?: string; proxy?: string }
  /** The run begins. The moment is in the master's clock. */
  | { type: 'start'; startedAtEpochMs: number; setupData: unknown }
  | { type: 'spawn'; target: Target }
  | { type: 'spawning_complete'; userCount: number }
  | { type: 'reset_stats' }
  /** The worker's share of `guard.maxRps`. */
  | { type: 'guard'; maxRps: number }
  /** No rows: the feed is used up, and all workers together got `given` rows. `error`: the feed cannot be read. */
  | { type: 'feed_rows'; feed: string; request: number; rows: readonly unknown[]; error?: string; given?: number }
  | { type: 'stop' }
  /** Leave. `exitCode` 3: the worker must not be replaced, because no run of this master can use it or the master was interrupted. */
  | { type: 'quit'; exitCode?: number }
  | { type: 'message'; name: string; data: unknown }

/** The first message to a katydid worker: all that it needs. */
export interface Job {
  type: 'job'
  plan: RunPlan
  bundle: Bundle
  /** How many workers the run should have. A worker's own index is in Locust's `ack`. */
  workerCount: number
}
