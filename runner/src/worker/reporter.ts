import type { Recorder } from '../stats/recorder.ts'
import type { ArrivalCounts, HealthSample, WaitingState, WorkerInterval } from '../stats/snapshot.ts'
import { totalUsers } from '../stats/user-counts.ts'

export interface ReporterOptions {
  recorder: Pick<Recorder, 'take'>
  health: { take(): HealthSample }
  users: () => Record<string, number>
  /** Users that left on purpose and are still asked for. */
  left: () => number
  /** ms that users have been in `onStart` and will hardly come out of it. */
  unbegunMs: (elapsedMs: number) => number
  arrivals: () => ArrivalCounts | undefined
  /** The requests under way, and how long each has waited. */
  waiting: () => WaitingState[]
  /** ms since the run's first moment. */
  elapsedMs: () => number
  send: (intervals: WorkerInterval[]) => void
  reportIntervalMs: number
  /** At each interval's end. */
  onHealth?: (health: HealthSample) => void
}

/** Closes an interval at each whole second of the run's clock, and sends what is closed at the report interval. */
export class Reporter {
  readonly #options: ReporterOptions
  #closed: WorkerInterval[] = []
  #timer: NodeJS.Timeout | undefined
  #fromMs = 0
  #sentAtMs = 0
  /** Users there were when the newest target was applied. */
  #started: Record<string, number> = {}
  /** What the open interval is to say of users, where the end of the run began in it. */
  #atEnd: Record<string, number> | undefined
  #unbegunMsAtEnd: number | undefined

  constructor(options: ReporterOptions) {
    this.#options = options
  }

  start(): void {
    this.#fromMs = Math.max(0, this.#options.elapsedMs())
    this.#arm()
  }

  /** A target is about to be applied: a second that ended before is of the users there were until now, also where its timer is late. */
  applying(): void {
    this.#closeIfOver()
  }

  /** A target was applied: of users that end by themselves a short run may have none left at any interval's end. */
  applied(): void {
    this.#started = this.#options.users()
  }

  /** The users of the newest target are all there. */
  settled(): void {
    const users = this.#options.users()
    if (totalUsers(users) > totalUsers(this.#started)) this.#started = users
  }

  /** The users are about to be ended: the interval that this happens in is of those that ran until now. */
  ending(): void {
    const users = this.#options.users()
    this.#atEnd = totalUsers(users) > 0 ? users : this.#started
    this.#unbegunMsAtEnd = this.#options.unbegunMs(this.#options.elapsedMs())
  }

  /** Forgets what was measured and not yet sent; time and users go on. */
  reset(): void {
    this.#options.recorder.take()
    for (const interval of this.#closed) interval.stats = { requests: [], errors: [], exceptions: [], metrics: [] }
  }

  /** The last report: everything measured and not yet sent. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#close()
    this.#send()
  }

  #arm(): void {
    // the end of the open interval's second, not of the moment's: a timer that fires early may be set again when that is past
    const nextMs = Math.floor(this.#fromMs / 1_000 + 1) * 1_000
    this.#timer = setTimeout(
      () => {
        this.#closeIfOver()
        this.#arm()
      },
      Math.max(1, nextMs - this.#options.elapsedMs()),
    )
  }

  /** Timers may fire a little early, and then the second is not over; or late, and then others may have closed it. */
  #closeIfOver(): void {
    const atMs = this.#options.elapsedMs()
    if (Math.floor(atMs / 1_000) <= Math.floor(this.#fromMs / 1_000)) return
    this.#close()
    if (atMs - this.#sentAtMs >= this.#options.reportIntervalMs - 500) this.#send()
  }

  #close(): void {
    const { recorder, health, users, left, unbegunMs, arrivals, waiting, elapsedMs, onHealth } = this.#options
    const atMs = elapsedMs()
    const counts = arrivals()
    const sample = health.take()
    const gone = left()
    const unbegun = this.#unbegunMsAtEnd ?? unbegunMs(atMs)
    const under = waiting()
    this.#closed.push({
      second: Math.floor(this.#fromMs / 1_000),
      durationMs: atMs - this.#fromMs,
      stats: recorder.take(),
      users: this.#atEnd ?? users(),
      ...(gone > 0 ? { left: gone } : {}),
      ...(unbegun > 0 ? { unbegunMs: unbegun } : {}),
      ...(counts ? { arrivals: counts } : {}),
      ...(under.length > 0 ? { waiting: under } : {}),
      health: sample,
    })
    this.#fromMs = atMs
    this.#started = users()
    this.#atEnd = undefined
    onHealth?.(sample)
  }

  #send(): void {
    this.#sentAtMs = this.#options.elapsedMs()
    const intervals = this.#closed
    this.#closed = []
    this.#options.send(intervals)
  }
}
