import type { ArrivalsTarget } from '../profile/arrivals-target.ts'
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
  | { type: 'heartbeat'; state: WorkerState; cpuPercent: number; rssBytes: number }
  | { type: 'stats'; intervals: WorkerInterval[] }
  | { type: 'spawning' }
  | { type: 'spawning_complete'; users: Record<string, number> }
  /** A user raised StopTest, or a feed with `onEnd: 'fail'` ran out: the run should end. */
  | { type: 'stop_request'; reason: string; outcome: 'passed' | 'failed' | 'broken' }
  /** Something the run should know: names capped, listener threw, users could not start. */
  | { type: 'event'; kind: string; text: string; broken: boolean }
  | { type: 'client_stopped' }
  | { type: 'quit' }
  | { type: 'message'; name: string; data: unknown }

export type ToWorker =
  | { type: 'ack'; index: number }
  | { type: 'start'; startedAtEpochMs: number; setupData: unknown }
  | { type: 'spawn'; target: Target }
  | { type: 'spawning_complete'; userCount: number }
  | { type: 'reset_stats' }
  | { type: 'stop' }
  | { type: 'quit' }
  | { type: 'message'; name: string; data: unknown }

/** What the master must know of a user class to spread users: a load file runs on both, so it can check. */
export interface UserClassInfo {
  name: string
  weight: number
  fixedCount: number
}
