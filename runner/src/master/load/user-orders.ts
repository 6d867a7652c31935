import type { UserClassInfo } from '../../running/spread.ts'
import { totalUsers } from '../../stats/user-counts.ts'
import { OrphanedUsers } from '../workers/orphaned-users.ts'
import type { Member } from '../workers/roster.ts'
import { StartBudget } from './start-budget.ts'
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
  readonly #orphans = new OrphanedUsers()
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
    this.#orphans.until(untilMs)
    return this.#orphans.userSeconds
  }

  /** The new orders, of those workers only for whom something changes. `all`: also workers that can take none but may hold users. */
  next(elapsedMs: number, ask: Ask, takers: readonly Member[], all: readonly Member[]): Map<Member, Users> {
    const shares = this.#sharesOf(ask, takers)
    const rise = Math.max(0, ask.users - this.#lastUsers)
    this.#lastUsers = ask.users
    this.#orphans.see(all, elapsedMs)
    let free = ask.users
    for (const member of all) for (const { name } of this.#classes) free -= member.held(name)
    const orders = new Map<Member, Users>()
    const wanting: { member: Member; order: Users; missing: Users }[] = []
    for (const member of takers) {
      const share = shares.get(member.dealtAs) ?? {}
      const order: Users = {}
      const missing: Users = {}
      let wants = 0
      let changed = false
      for (const { name } of this.#classes) {
        const has = member.asked[name] ?? 0
        const should = share[name] ?? 0
        order[name] = Math.min(has, should)
        // of users it has not yet said to be gone, as many may stay as it is to have
        const more = should - order[name]
        if (more > 0) {
          missing[name] = more
          wants += more
        }
        changed ||= member.asked[name] !== order[name]
      }
      if (wants > 0) wanting.push({ member, order, missing })
      if (changed) orders.set(member, order)
    }
    const allowed = wanting.length > 0 ? this.#budget.allowed(elapsedMs, rise, ask.spawnRate) : 0
    const given = this.#give(Math.min(free, allowed), wanting, orders)
    this.#budget.spend(given)
    const missing = wanting.reduce((sum, each) => sum + totalUsers(each.missing), 0)
    // where classes have fixed counts, more may be asked for than anybody can have
    this.#orphans.remain(takers.length === 0 ? free : Math.min(free - given, missing))
    this.#unsettled = missing > 0
    return orders
  }

  /** One to each in turn, as cards are dealt. */
  #give(most: number, wanting: { member: Member; order: Users; missing: Users }[], orders: Map<Member, Users>): number {
    let given = 0
    for (let dealt = true; dealt && given < most; ) {
      dealt = false
      for (const { member, order, missing } of wanting) {
        if (given >= most) break
        const name = Object.keys(missing).find((name) => (missing[name] as number) > 0)
        if (name === undefined) continue
        missing[name] = (missing[name] as number) - 1
        order[name] = (order[name] as number) + 1
        orders.set(member, order)
        given++
        dealt = true
      }
    }
    return given
  }

  #sharesOf({ users, only }: Ask, takers: readonly Member[]): ReadonlyMap<string, Readonly<Users>> {
    const chosen = only ? this.#classes.filter(({ name }) => only.includes(name)) : this.#classes
    const of = JSON.stringify([chosen.map(({ name }) => name), takers.map(({ dealtAs }) => dealtAs)])
    if (!this.#spread || of !== this.#spreadOf) {
      this.#spread = new UserSpread(
        chosen,
        takers.map(({ dealtAs }) => dealtAs),
      )
      this.#spreadOf = of
    }
    this.#spread.resize(takers.length === 0 ? 0 : users)
    return this.#spread.shares()
  }
}
