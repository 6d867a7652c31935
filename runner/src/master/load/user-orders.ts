import type { UserClassInfo } from '../../profile/class-sequence.ts'
import { totalUsers } from '../../stats/user-counts.ts'
import type { WorkerRecord } from '../workers/worker-record.ts'
import { UserSpread } from './user-spread.ts'

export interface Ask {
  users: number
  /** Only these classes. Left out: all. */
  only?: readonly string[] | undefined
  spawnRate: number | undefined
}

type Users = Record<string, number>

/**
 * Decides which worker runs which users, and what each may be told now so that there are never more users than asked for. Users are taken
 * away at once; they are given to another worker only when as many are known to be gone.
 */
export class UserOrders {
  readonly #classes: readonly UserClassInfo[]
  readonly #budget = new StartBudget()
  readonly #orphaned = new OrphanedUsers()
  #spread: UserSpread | undefined
  #spreadOf = ''
  #lastUsers = 0
  #unsettled = true

  constructor(classes: readonly UserClassInfo[]) {
    this.#classes = classes
  }

  /** Some orders must wait until others have been carried out. */
  get unsettled(): boolean {
    return this.#unsettled
  }

  /** User-seconds that nobody ran between the loss of a worker and the reassignment of its users, up to a moment of the run. */
  orphanedUserSeconds(untilMs: number): number {
    this.#orphaned.until(untilMs)
    return this.#orphaned.userSeconds
  }

  /** The new orders, for workers whose users change. `all` includes workers that can take no orders but may still have users. */
  next(
    elapsedMs: number,
    ask: Ask,
    available: readonly WorkerRecord[],
    all: readonly WorkerRecord[],
  ): Map<WorkerRecord, Users> {
    const shares = this.#sharesOf(ask, available)
    const rise = Math.max(0, ask.users - this.#lastUsers)
    this.#lastUsers = ask.users
    this.#orphaned.see(all, elapsedMs)
    let free = ask.users
    for (const worker of all) for (const { name } of this.#classes) free -= worker.users.held(name)
    const orders = new Map<WorkerRecord, Users>()
    const wanting: { worker: WorkerRecord; order: Users; missing: Users }[] = []
    for (const worker of available) {
      const share = shares.get(worker.slot) ?? {}
      const order: Users = {}
      const missing: Users = {}
      let wants = 0
      let changed = false
      for (const { name } of this.#classes) {
        const has = worker.users.assigned[name] ?? 0
        const should = share[name] ?? 0
        order[name] = Math.min(has, should)
        // it may keep users that it has not yet ended, up to its share
        const more = should - order[name]
        if (more > 0) {
          missing[name] = more
          wants += more
        }
        changed ||= worker.users.assigned[name] !== order[name]
      }
      if (wants > 0) wanting.push({ worker, order, missing })
      if (changed) orders.set(worker, order)
    }
    const allowed = wanting.length > 0 ? this.#budget.allowed(elapsedMs, rise, ask.spawnRate) : 0
    const given = this.#give(Math.min(free, allowed), wanting, orders)
    this.#budget.spend(given)
    const missing = wanting.reduce((sum, each) => sum + totalUsers(each.missing), 0)
    // with fixed counts, more users may be asked for than all workers can run
    this.#orphaned.remain(available.length === 0 ? free : Math.min(free - given, missing))
    this.#unsettled = missing > 0
    return orders
  }

  /** Gives one user to each worker in turn. */
  #give(
    most: number,
    wanting: { worker: WorkerRecord; order: Users; missing: Users }[],
    orders: Map<WorkerRecord, Users>,
  ): number {
    let given = 0
    for (let dealt = true; dealt && given < most; ) {
      dealt = false
      for (const { worker, order, missing } of wanting) {
        if (given >= most) break
        const name = Object.keys(missing).find((name) => (missing[name] as number) > 0)
        if (name === undefined) continue
        missing[name] = (missing[name] as number) - 1
        order[name] = (order[name] as number) + 1
        orders.set(worker, order)
        given++
        dealt = true
      }
    }
    return given
  }

  #sharesOf({ users, only }: Ask, available: readonly WorkerRecord[]): ReadonlyMap<string, Readonly<Users>> {
    const chosen = only ? this.#classes.filter(({ name }) => only.includes(name)) : this.#classes
    const of = JSON.stringify([chosen.map(({ name }) => name), available.map(({ slot }) => slot)])
    if (!this.#spread || of !== this.#spreadOf) {
      this.#spread = new UserSpread(
        chosen,
        available.map(({ slot }) => slot),
      )
      this.#spreadOf = of
    }
    this.#spread.resize(available.length === 0 ? 0 : users)
    return this.#spread.shares()
  }
}

/** Users of lost workers that no worker runs yet. They start again on other workers, at the spawn rate. */
class OrphanedUsers {
  readonly #lost = new Set<WorkerRecord>()
  #count = 0
  #atMs = 0
  #userMs = 0

  /** Looks which workers were lost since the last call, and which are back. */
  see(workers: readonly WorkerRecord[], elapsedMs: number): void {
    this.until(elapsedMs)
    for (const worker of workers) {
      if (!worker.released) this.#lost.delete(worker)
      else if (!this.#lost.has(worker)) {
        this.#lost.add(worker)
        this.#count += worker.users.releasedCount
      }
    }
  }

  /** So many users that are asked for run nowhere. No more than that can be orphaned. */
  remain(unowned: number): void {
    this.#count = Math.min(this.#count, Math.max(0, unowned))
  }

  until(elapsedMs: number): void {
    this.#userMs += this.#count * Math.max(0, elapsedMs - this.#atMs)
    this.#atMs = elapsedMs
  }

  get userSeconds(): number {
    return Math.round(this.#userMs) / 1_000
  }
}

/** After a pause so many seconds' worth of users may start at once. */
const burstSeconds = 0.05

/**
 * How many users may start now. Users that the profile adds may always start, since the profile has its own pace. Users that move, from a
 * lost worker or to a new one, start at the spawn rate. Both together do not start faster than either alone.
 *
 * @tested spawn rates over any times between two looks
 */
export class StartBudget {
  #tokens = 0
  #atMs: number | undefined

  /** `rise`: users that the profile added since the last call. Without a rate all users may start at once. */
  allowed(elapsedMs: number, rise: number, perSecond: number | undefined): number {
    if (perSecond === undefined) return Number.POSITIVE_INFINITY
    const passedMs = elapsedMs - (this.#atMs ?? elapsedMs)
    this.#atMs = elapsedMs
    const cap = Math.max(1, perSecond * burstSeconds)
    // fractions are kept; otherwise rates that are not a multiple of the tick would be too slow
    this.#tokens = Math.min(cap, this.#tokens) + Math.min(cap, (perSecond * passedMs) / 1_000)
    return Math.max(Math.floor(this.#tokens), rise)
  }

  spend(started: number): void {
    this.#tokens = Math.max(0, this.#tokens - started)
  }
}
