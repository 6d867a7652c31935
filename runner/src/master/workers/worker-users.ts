import { totalUsers } from '../../stats/user-counts.ts'

/** Users by class. */
export type UserCounts = Readonly<Record<string, number>>

/** So many orders to a worker that confirms none are kept apart; older ones are merged. */
const mostUnconfirmed = 32

/**
 * The users of one worker: what it was told to run, and what it says it runs. Both change at different times, so more of its users may exist than
 * either of them says.
 */
export class WorkerUsers {
  /** What it was last told to run. */
  assigned: UserCounts = {}
  /** What it last said it runs. */
  running: UserCounts = {}
  #assignedAt = 0
  /** What it was told since it last said what it runs, oldest first. */
  readonly #unconfirmed: { users: UserCounts; at: number }[] = []
  #released = false
  #assignedAtRelease: UserCounts = {}

  /** It was told to run these. `at`: the order's timestamp (epoch s), which tells orders apart. */
  assign(users: UserCounts, at: number): void {
    this.assigned = users
    this.#assignedAt = at
    this.#unconfirmed.push({ users, at })
    const [first, second] = this.#unconfirmed
    if (this.#unconfirmed.length <= mostUnconfirmed || !first || !second) return
    this.#unconfirmed.shift()
    second.users = mostOf(first.users, second.users)
  }

  /**
   * It says that it runs these. `of`: the timestamp of the order that it has carried out. Locust's workers do not say which one that is. Then it is the
   * newest order that allows what they run; they may run fewer users than that, where some ended by themselves.
   */
  confirm(users: UserCounts, of = this.#unconfirmed.findLast((order) => within(users, order.users))?.at): void {
    this.running = users
    if (of === undefined) return
    const later = this.#unconfirmed.findIndex(({ at }) => at > of)
    this.#unconfirmed.splice(0, later < 0 ? this.#unconfirmed.length : later)
  }

  /** It runs nothing, whatever it was told. */
  clear(): void {
    this.assigned = {}
    this.running = {}
    this.#unconfirmed.length = 0
  }

  /** How many users of a class may exist on it. */
  held(name: string): number {
    if (this.#released) return 0
    let held = Math.max(this.assigned[name] ?? 0, this.running[name] ?? 0)
    for (const { users } of this.#unconfirmed) held = Math.max(held, users[name] ?? 0)
    return held
  }

  /** It stopped its users by itself. How many those were; none where it was told anew after the order `newest`. */
  suspend(newest: number): number {
    if (newest < this.#assignedAt) return 0
    const users = totalUsers(this.assigned)
    this.assigned = {}
    return users
  }

  /** Other workers get its users. */
  release(): void {
    this.#released = true
    this.#assignedAtRelease = this.assigned
    this.clear()
  }

  /** Its users are no longer counted on. */
  get isReleased(): boolean {
    return this.#released
  }

  /** How many it was to run when it was released. */
  get releasedCount(): number {
    return totalUsers(this.#assignedAtRelease)
  }

  /** It is heard again after a release. `mayStillRun`: it knows no lease, so it may run what it ran then. */
  restore({ mayStillRun }: { mayStillRun: boolean }): void {
    if (!this.#released) return
    this.#released = false
    if (mayStillRun) this.running = this.#assignedAtRelease
  }
}

function mostOf(a: UserCounts, b: UserCounts): UserCounts {
  const most = { ...a }
  for (const [name, count] of Object.entries(b)) most[name] = Math.max(most[name] ?? 0, count)
  return most
}

function within(users: UserCounts, most: UserCounts): boolean {
  return Object.entries(users).every(([name, count]) => count <= (most[name] ?? 0))
}
