import type { RunPlan } from '../plan/run-plan.ts'
import type { Aggregate } from '../stats/aggregate.ts'
import type { SeriesStore } from '../stats/series/series.ts'
import type { ArrivalCounts } from '../stats/snapshot.ts'
import type { RunEvent } from './run-event.ts'
import type { Verdict } from './verdict.ts'

/** What ran, so that a result can be found to belong to it. */
export interface RunIdentity {
  /** What the run is called, where it is called anything: of the chart, revision and a sum of what runs. */
  token?: string
  loadFile: {
    /** As the plan has it. */
    path: string
    /** Of the file as it is there. */
    sha256: string
    /** Of the bundle, with all that it imports: where and by what it was compiled makes it another, too. */
    bundle: string
  }
}

/** What outputs are told at the start. */
export interface RunStart {
  plan: RunPlan
  identity?: RunIdentity | undefined
  /** Epoch ms. */
  startedAt: number
  /** Names of the user classes that will run. */
  userClasses: readonly string[]
  /** Length of the profile, ms, where it is known. */
  durationMs: number | undefined
  /** Live view of everything merged so far: read it, never keep it past `finish`. */
  stats: Aggregate
  /** The same by seconds. */
  series: Pick<SeriesStore, 'series'>
  /** Those that have come, as they are when it is called. */
  workers(): WorkerReport[]
}

/** A worker, at the end or until now. */
export interface WorkerReport {
  id: string
  state: string
  users: number
  cpuPercentMax: number
  rssBytesMax: number
  /** Seconds of its time that no report came for. */
  missingSeconds: number
}

/** The generator over the whole run. */
export interface HealthReport {
  intervals: number
  saturatedIntervals: number
  loopDelayMaxMs: number
  loopDelayMeanMs: number
  cpuPercentMax: number
  cpuPercentMean: number
  gcMs: number
  rssBytesMax: number
}

/** A stretch of the run, in seconds since its start: users × seconds asked for, and those that ran. */
export interface LoadWindow {
  from: number
  until: number
  /** How much of it there is a report of. */
  seconds: number
  askedUserSeconds: number
  userSeconds: number
}

/** Closed model: what the profile asked for against what there was, until the load was over. */
export interface LoadReport {
  askedPeakUsers: number
  askedUserSeconds: number
  userSeconds: number
  /** 1 s each; longer ones in long runs. */
  windows: LoadWindow[]
}

/** What outputs are told at the end. */
export interface RunFinish {
  verdict: Verdict
  identity?: RunIdentity | undefined
  /** Epoch ms; durationMs is from the first user's start to the last drain. */
  startedAt: number
  durationMs: number
  stats: Aggregate
  series: Pick<SeriesStore, 'series'>
  events: RunEvent[]
  workers: WorkerReport[]
  health: HealthReport
  users: { peak: number; byClass: Record<string, number> }
  /** Closed model only. */
  load?: LoadReport
  arrivals?: ArrivalCounts
}
