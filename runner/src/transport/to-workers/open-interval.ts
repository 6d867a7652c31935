import { mergeDeltas } from '../../stats/merge.ts'
import type { HealthSample, StatsDelta, WorkerInterval } from '../../stats/snapshot.ts'
import type { Heartbeat } from './heartbeat.ts'

const busyPercent = 90

/**
 * The second of the run that a Locust worker is in. Such a worker reports every three seconds and knows nothing of the run's seconds, so a report
 * belongs to the second in which it came.
 */
export class OpenInterval {
  /** Users by class, as the worker last said. */
  users: Record<string, number> = {}
  readonly #now: () => number
  #startedAtEpochMs = Number.NaN
  #second = 0
  #sinceMs = 0
  #deltas: StatsDelta[] = []
  #health: HealthSample | undefined

  constructor(now: () => number) {
    this.#now = now
  }

  /** The run begins. Before it there are no seconds. */
  begin(startedAtEpochMs: number): void {
    this.#startedAtEpochMs = startedAtEpochMs
    this.skip()
  }

  /** Goes on with the present second. The seconds since the last one that was closed stay empty. */
  skip(): void {
    if (!this.#hasBegun) return
    this.#sinceMs = Math.max(0, this.#elapsedMs())
    this.#second = Math.floor(this.#sinceMs / 1_000)
  }

  add(delta: StatsDelta): void {
    this.#deltas.push(delta)
  }

  /** Python measures its CPU every 5 to 10 s and says 0 until then, so a first 0 proves nothing. */
  measured({ cpuPercent, rssBytes }: Heartbeat): void {
    if (this.#health || cpuPercent > 0) this.#health = healthOf(cpuPercent, rssBytes)
  }

  /** Its second is over. */
  get isDue(): boolean {
    return this.#hasBegun && Math.floor(this.#elapsedMs() / 1_000) > this.#second
  }

  /** Closes it and opens the present second. Undefined if no run has begun. */
  close(): WorkerInterval | undefined {
    if (!this.#hasBegun) return undefined
    const nowMs = this.#elapsedMs()
    const interval: WorkerInterval = {
      second: this.#second,
      durationMs: Math.max(0, nowMs - this.#sinceMs),
      stats: mergeDeltas(this.#deltas),
      users: { ...this.users },
      ...(this.#health ? { health: this.#health } : {}),
    }
    this.#deltas = []
    this.#second = Math.floor(nowMs / 1_000)
    this.#sinceMs = nowMs
    return interval
  }

  get #hasBegun(): boolean {
    return !Number.isNaN(this.#startedAtEpochMs)
  }

  #elapsedMs(): number {
    return performance.timeOrigin + this.#now() - this.#startedAtEpochMs
  }
}

/** Locust calls a worker too busy by its CPU; it says nothing about an event loop. */
function healthOf(cpuPercent: number, rssBytes: number): HealthSample {
  const notMeasured = { loopDelayMeanMs: 0, loopDelayMaxMs: 0, gcMs: 0 }
  return { ...notMeasured, cpuPercent, rssBytes, saturated: cpuPercent > busyPercent }
}
