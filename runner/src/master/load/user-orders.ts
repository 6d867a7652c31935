import type { UserClassInfo } from '../../profile/class-sequence.ts'
import { totalUsers } from '../../stats/user-counts.ts'
import type { WorkerRecord } from '../workers/worker-record.ts'
import { UserSpread } from './user-spread.ts'

export interface Ask {
  users: number
  /** Only these classes; left out: all. */
  only?: readonly string[] | undefined
  spawnRate: number | undefined
}

type Users = Record<string, number>

/**
 * Who should run which users, and what each may be told now so that never more exist than are asked for: users are taken away at
 * once, and given only where as many are known to be gone.
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

  /** Some order is still to be given, once others have been carried out. */
  get unsettled(): boolean {
    return this.#unsettled
  }

  /** Users of lost workers × the seconds until others were given them, up to a moment of the run. */
  orphanedUserSeconds(untilMs: number): number {
    this.#orphaned.until(untilMs)
    return this.#orphaned.userSeconds
  }

  /** The new orders, of those workers only for whom something changes. `all`: also workers that can take none but may hold users. */
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
        // of users it has not yet said to be gone, as many may stay as it is to have
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
    // where classes have fixed counts, more may be asked for than anybody can have
    this.#orphaned.remain(available.length === 0 ? free : Math.min(free - given, missing))
    this.#unsettled = missing > 0
    return orders
  }

  /** One to each in turn, as cards are dealt. */
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

/** Users whom lost workers had, from when nobody counts on them there until others have been given them: they start again at the spawn rate. */
class OrphanedUsers {
  readonly #lost = new Set<WorkerRecord>()
  #count = 0
  #atMs = 0
  #userMs = 0

  /** Who of the workers has been lost since the last call, or is back. */
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

  /** So many users that are asked for are nobody's: no more users than that are orphaned. */
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

/** Users that may be started at once after a pause, in seconds of the rate. */
const burstSeconds = 0.05

/**
 * How many users may start now. What a profile adds may always start: it is paced by itself. Users that only move, from a lost worker or to
 * a new one, start at the spawn rate; both at once do not start faster than either.
 *
 * @tested spawn rates over any times between two looks
 */
export class StartBudget {
  #tokens = 0
  #atMs: number | undefined

  /** `rise`: users the profile has added since the last call; without a rate everything may start at once. */
  allowed(elapsedMs: number, rise: number, perSecond: number | undefined): number {
    if (perSecond === undefined) return Number.POSITIVE_INFINITY
    const passedMs = elapsedMs - (this.#atMs ?? elapsedMs)
    this.#atMs = elapsedMs
    const cap = Math.max(1, perSecond * burstSeconds)
    // what is left of a token counts, or rates that do not divide the ticks would be slower
    this.#tokens = Math.min(cap, this.#tokens) + Math.min(cap, (perSecond * passedMs) / 1_000)
    return Math.max(Math.floor(this.#tokens), rise)
  }

  spend(started: number): void {
    this.#tokens = Math.max(0, this.#tokens - started)
  }
}
