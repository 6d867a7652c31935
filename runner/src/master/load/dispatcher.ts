import { KatydidError } from '../../errors.ts'
import { suggest } from '../../plan/suggest.ts'
import type { ArrivalsTarget } from '../../profile/arrivals-target.ts'
import type { UserClassInfo } from '../../profile/class-sequence.ts'
import type { Load } from '../../profile/profile.ts'
import { formatItems } from '../../stats/format.ts'
import { totalUsers } from '../../stats/user-counts.ts'
import type { Roster } from '../workers/roster.ts'
import type { WorkerRecord } from '../workers/worker-record.ts'
import { type ArrivalCutter, ArrivalOrders } from './arrival-orders.ts'
import type { LoadSource } from './load-source.ts'
import { UserOrders } from './user-orders.ts'

export interface DispatcherOptions {
  source: LoadSource
  roster: Roster
  classes: readonly UserClassInfo[]
  /** `missingMs`: other workers get the arrivals of a worker that is silent for so long. */
  arrivals?: { cut: ArrivalCutter; maxUsers: number; missingMs?: number | undefined } | undefined
  /** Requests per second, of all workers together. */
  maxRps?: number | undefined
  /** Arrivals of so many ms were skipped, because their time is past. */
  onSkipped?: ((ms: number) => void) | undefined
}

/**
 * Turns what the load source asks for into an absolute target for each worker. Every change (ramp, shape, live edit, lost or late worker)
 * works the same way: compute the targets again and send those that differ.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions
  readonly #users: UserOrders
  readonly #arrivals: ArrivalOrders | undefined
  readonly #rates: RateShares | undefined
  #timestamp = 0
  #asked: Load | undefined
  #askedLast: Load | undefined
  #changes = -1
  #rampAnnounced = -1
  #checkedClasses: readonly string[] | undefined

  constructor(options: DispatcherOptions) {
    this.#options = options
    this.#users = new UserOrders(options.classes)
    if (options.maxRps !== undefined) this.#rates = new RateShares(options.maxRps)
    const { arrivals } = options
    if (arrivals) this.#arrivals = new ArrivalOrders(arrivals.cut, arrivals.maxUsers, arrivals.missingMs)
  }

  /** What was asked for last. */
  get asked(): Load | undefined {
    return this.#asked
  }

  /** Sends the targets that changed. False when the load is over. */
  tick(elapsedMs: number): boolean {
    const load = this.#options.source.targetAt(elapsedMs)
    this.#asked = load
    if (load === undefined) return false
    this.#rates?.tell(this.#options.roster.workers)
    if ('users' in load) this.#orderUsers(elapsedMs, load)
    else this.#orderArrivals(elapsedMs)
    return true
  }

  /** User-seconds that nobody ran between the loss of a worker and the reassignment of its users, up to a moment of the run. */
  orphanedUserSeconds(untilMs: number): number {
    return this.#users.orphanedUserSeconds(untilMs)
  }

  /** The number of users of a ramp that is now complete, once per ramp. */
  completedRamp(elapsedMs: number): number | undefined {
    const load = this.#asked
    if (load === undefined || !('users' in load) || load.users === this.#rampAnnounced) return undefined
    if (!this.#options.source.isFlat(elapsedMs)) return undefined
    const running = this.#options.roster.present.reduce((sum, worker) => sum + totalUsers(worker.users.running), 0)
    if (running !== load.users) return undefined
    this.#rampAnnounced = load.users
    return load.users
  }

  #orderUsers(elapsedMs: number, load: Extract<Load, { users: number }>): void {
    const { roster, source } = this.#options
    if (load.classes && load.classes !== this.#checkedClasses) this.#check(load.classes, load.users)
    if (!this.#users.unsettled && roster.changes === this.#changes && sameLoad(load, this.#askedLast)) return
    this.#changes = roster.changes
    this.#askedLast = load
    const ask = { users: load.users, only: load.classes, spawnRate: source.spawnRateAt(elapsedMs) }
    for (const [worker, users] of this.#users.next(elapsedMs, ask, roster.available, roster.workers)) {
      worker.exhausted = false
      this.#send(worker, users)
    }
  }

  /** Users of a class that no worker has would be missing without a word. */
  #check(asked: readonly string[], users: number): void {
    const has = this.#options.classes.map(({ name }) => name)
    const unknown = asked.find((name) => !has.includes(name))
    if (unknown === undefined && (asked.length > 0 || users === 0)) {
      this.#checkedClasses = asked
      return
    }
    const meant = unknown === undefined ? undefined : suggest(unknown, has)
    const which = unknown === undefined ? 'an empty list of user classes' : `user class ${unknown}`
    throw new KatydidError('LOAD_FILE', `tick() asks for ${formatItems(users, 'user')} of ${which}`, {
      hint: `${meant ? `did you mean ${meant}? ` : ''}use user classes of this run (${has.join(', ')}), or return no list for all of them`,
    })
  }

  #orderArrivals(elapsedMs: number): void {
    const { roster } = this.#options
    for (const [worker, arrivals] of this.#arrivals?.next(elapsedMs, roster.available) ?? [])
      this.#send(worker, {}, arrivals)
    const skippedMs = this.#arrivals?.takeSkippedMs() ?? 0
    if (skippedMs > 0) this.#options.onSkipped?.(skippedMs)
  }

  #send(worker: WorkerRecord, users: Record<string, number>, arrivals?: ArrivalsTarget): void {
    this.#timestamp = Math.max(this.#timestamp + 1e-6, Date.now() / 1_000)
    const target = { timestamp: this.#timestamp, users, ...(arrivals ? { arrivals } : {}) }
    if (!arrivals) worker.users.assign(users, target.timestamp)
    worker.link.send({ type: 'spawn', target })
  }
}

function sameLoad(a: Extract<Load, { users: number }>, b: Load | undefined): boolean {
  return b !== undefined && 'users' in b && a.users === b.users && a.classes === b.classes
}

/**
 * Shares a limit on requests among the workers. A silent worker keeps its share as long as it may still send requests, so that all
 * shares together never exceed the limit.
 */
export class RateShares {
  readonly #maxRps: number
  readonly #told = new Map<WorkerRecord, number>()

  constructor(maxRps: number) {
    this.#maxRps = maxRps
  }

  /** Sends each worker its share where that changed. Shares that shrink are sent before new ones. */
  tell(workers: readonly WorkerRecord[]): void {
    const holders = workers.filter((worker) => worker.classes.length > 0 && !worker.released && !worker.drained)
    const part = this.#maxRps / holders.length
    const news = holders.filter((worker) => worker.isPresent && this.#told.get(worker) !== part)
    news.sort((a, b) => Number(this.#told.has(b)) - Number(this.#told.has(a)))
    for (const worker of news) {
      this.#told.set(worker, part)
      worker.link.send({ type: 'guard', maxRps: part })
    }
  }
}
