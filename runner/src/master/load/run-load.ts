import type { EventKind } from '../../facts/run-event.ts'
import type { UserClassInfo } from '../../profile/class-sequence.ts'
import type { Load } from '../../profile/profile.ts'
import { formatSpan } from '../../stats/format.ts'
import { totalUsers } from '../../stats/user-counts.ts'
import type { RunRecord } from '../record/run-record.ts'
import type { RunCourse } from '../run-course.ts'
import type { WakeableSleep } from '../wakeable-sleep.ts'
import type { WorkerPresence } from '../workers/worker-presence.ts'
import type { WorkerRecord } from '../workers/worker-record.ts'
import { arrivalsBefore } from './arrival-orders.ts'
import { AskedUsers } from './asked-users.ts'
import { Dispatcher, type DispatcherOptions } from './dispatcher.ts'
import type { LoadDelivery } from './load-delivery.ts'

export interface RunLoadOptions extends Pick<DispatcherOptions, 'source' | 'roster' | 'arrivals' | 'maxRps'> {
  course: RunCourse
  sleep: WakeableSleep
  delivery: LoadDelivery
  /** The load comes from a load shape: nobody knows what it will ask for next. */
  isShape: boolean
  /** Length of the profile in ms, if it has a known end. */
  durationMs?: number | undefined
  isStopped(): boolean
  event(kind: EventKind, text: string): void
  /** A ramp is complete. */
  onRamp(users: number): void
}

/** How often the load source is asked: often enough for a smooth ramp, seldom enough to cost nothing. */
const tickMs = 25
/** If this process stood still, what was asked for meanwhile is computed in steps of this. */
const catchUpMs = 250
const locustReportMs = 3_000
/** The rest of a load is summed in at most so many steps. */
const mostSteps = 20_000

/** The load of a run: gives the orders, and counts in the end what was not delivered. */
export class RunLoad {
  /** What was asked for at each moment. */
  readonly asked = new AskedUsers()
  readonly #options: RunLoadOptions
  #dispatcher: Dispatcher | undefined
  #skipped = false
  #notedMs = 0

  constructor(options: RunLoadOptions) {
    this.#options = options
  }

  /** How long before the run's first moment its orders must be sent, so that no arrival is late. */
  get aheadMs(): number {
    const { arrivals, roster } = this.#options
    return arrivals ? roster.roundTripMs : 0
  }

  /** Sends the first orders and waits for the run's first moment (`performance.now()` ms). */
  async orderAhead(classes: readonly UserClassInfo[], startsAt: number): Promise<void> {
    const { sleep, isStopped } = this.#options
    const leftMs = () => startsAt - performance.now()
    if (leftMs() <= 0 || isStopped()) return
    this.#begin(classes).tick(0)
    while (leftMs() > 0 && !isStopped()) await sleep.for(leftMs())
  }

  #begin(classes: readonly UserClassInfo[]): Dispatcher {
    const { source, roster, arrivals, maxRps } = this.#options
    const onSkipped = (ms: number) => this.#skip(ms)
    this.#dispatcher ??= new Dispatcher({ source, roster, classes, arrivals, maxRps, onSkipped })
    return this.#dispatcher
  }

  /** Sends orders to the workers until the load is over or no worker is left. */
  async dispatch(classes: readonly UserClassInfo[]): Promise<void> {
    const { source, roster, course, sleep, isStopped, event, onRamp } = this.#options
    const dispatcher = this.#begin(classes)
    this.#notedMs = course.loadMs
    while (!isStopped()) {
      this.#catchUp(course.loadMs)
      const more = dispatcher.tick(course.loadMs)
      this.#note(course.loadMs, dispatcher.asked)
      if (!more) return
      const users = dispatcher.completedRamp(course.loadMs)
      if (users !== undefined) onRamp(users)
      if (roster.workers.every((worker) => !worker.isPresent && worker.released)) {
        event('no_workers', 'no worker is left')
        return
      }
      const counted = roster.workers.filter(mayHaveUsers)
      if (counted.length > 0 && counted.every((worker) => worker.exhausted) && !source.mayRise(course.loadMs)) {
        this.#exhausted()
        return
      }
      await sleep.for(tickMs)
    }
  }

  /** From now on nothing is asked for. */
  end(): void {
    const { course } = this.#options
    course.endLoad()
    this.asked.note(course.loadMs, undefined)
    this.#options.delivery.end(course.loadMs)
  }

  #note(atMs: number, load: Load | undefined): void {
    const users = load && 'users' in load ? load.users : undefined
    this.#notedMs = atMs
    this.asked.note(atMs, users)
    this.#options.delivery.ask(atMs, users ?? 0, this.#wayMs)
  }

  /** How long an order and its answer take. Locust's workers report their users only every few seconds. */
  get #wayMs(): number {
    const { roster } = this.#options
    const isLocust = roster.present.some(({ kind }) => kind === 'locust')
    return roster.roundTripMs + (isLocust ? locustReportMs : 0)
  }

  /** If this process stood still, the workers went on with their last orders while the profile went on too. */
  #catchUp(nowMs: number): void {
    const { source } = this.#options
    const step = Math.max(catchUpMs, (nowMs - this.#notedMs) / mostSteps)
    for (let atMs = this.#notedMs + step; atMs < nowMs; atMs += step) this.#note(atMs, source.targetAt(atMs))
  }

  #exhausted(): void {
    const { course, durationMs, event } = this.#options
    const at = `every user had ended at ${formatSpan(course.loadMs)}`
    if (durationMs === undefined) {
      event('exhausted', `run ended early: ${at}`)
      return
    }
    this.#leaveRest(durationMs)
    event('exhausted', `run ended early: ${at} of ${formatSpan(durationMs)}`)
  }

  /** Ends the load early because something that it needs is used up. */
  cutShort(reason: string): void {
    const { course, durationMs, isShape, event } = this.#options
    if (course.isLoadOver) return
    const nowMs = course.loadMs
    const ended = `run ended early at ${formatSpan(nowMs)}`
    if (isShape) event('stopped_broken', `${ended}, before its load shape was over: ${reason}`)
    else if (durationMs === undefined) event('used_up', `${ended}: ${reason}`)
    else {
      this.#leaveRest(durationMs, reason)
      event('used_up', `${ended} of ${formatSpan(durationMs)}: ${reason}`)
    }
  }

  /** Counts the rest of the load as not delivered. */
  #leaveRest(durationMs: number, why?: string): void {
    const { source, course, arrivals, delivery } = this.#options
    const nowMs = course.loadMs
    const step = Math.max(catchUpMs, (durationMs - nowMs) / mostSteps)
    let userMs = 0
    for (let atMs = nowMs; atMs < durationMs; atMs += step) {
      const load = source.targetAt(atMs)
      if (load && 'users' in load) userMs += load.users * Math.min(step, durationMs - atMs)
    }
    const untilNow = arrivals ? arrivalsBefore(arrivals.cut, nowMs) : 0
    const left = arrivals ? Math.floor(arrivalsBefore(arrivals.cut, durationMs) - untilNow) : 0
    delivery.unreached({ userSeconds: userMs / 1_000, arrivals: left, why })
  }

  /** Counts what lost workers should have done and nobody reported. Call it when all reports have come. */
  countLosses(record: RunRecord, presence: Pick<WorkerPresence, 'missingUserSeconds' | 'hasGaps'>): void {
    const { arrivals, course, roster, delivery } = this.#options
    delivery.unbegun(roster.workers.reduce((sum, { unbegunMs }) => sum + unbegunMs, 0) / 1_000)
    const orphaned = this.#dispatcher?.orphanedUserSeconds(course.loadMs) ?? 0
    record.missingUserSeconds = presence.missingUserSeconds + orphaned
    if (!arrivals) return
    record.missArrivals(record.delivery.unreachedArrivals)
    if (!(this.#skipped || presence.hasGaps)) return
    const offered = arrivalsBefore(arrivals.cut, course.loadMs)
    const told = record.arrivals.offered - record.delivery.unreachedArrivals
    const untold = Math.floor(offered - told)
    // one arrival of each worker may fall just after the end
    if (untold > roster.workers.length) record.loseArrivals(untold)
  }

  #skip(ms: number): void {
    this.#skipped = true
    this.#options.event(
      'arrivals_skipped',
      `arrivals of ${formatSpan(ms)} did not start: the master stopped for a time, or had no worker`,
    )
  }
}

/** Also true of a silent worker, whose users go on until others get them. */
function mayHaveUsers(worker: WorkerRecord): boolean {
  return worker.isPresent || (!worker.released && totalUsers(worker.users.assigned) > 0)
}
