import type { ArrivalsTarget } from '../profile/arrivals-target.ts'
import type { Load } from '../profile/profile.ts'
import { spreadUsers, type UserClassInfo } from '../users/spread.ts'
import type { LoadSource } from './load-source.ts'
import type { Roster } from './roster.ts'
import { shareUsers } from './share.ts'

/** How far ahead arrivals are ordered: long enough for a late message to do no harm, short enough for an edit to take. */
const leadMs = 1_000

/** Cuts a stretch of an open-model profile into orders; `undefined` for the other profiles. */
export type ArrivalCutter = (
  fromMs: number,
  untilMs: number,
) => Omit<ArrivalsTarget, 'index' | 'workers' | 'maxUsers'>[]

export interface DispatcherOptions {
  source: LoadSource
  roster: Roster
  classes: readonly UserClassInfo[]
  arrivals?: { cut: ArrivalCutter; maxUsers: number } | undefined
}

/**
 * Turns what the source asks for into absolute targets for each worker. Stateless but for what was sent last: computing anew and
 * sending again is how every change (ramp, shape, live edit, lost worker) happens.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions
  #timestamp = 0
  #orderedUntilMs = 0
  #asked: Load | undefined
  #rampAnnounced = -1

  constructor(options: DispatcherOptions) {
    this.#options = options
  }

  /** What was asked for last. */
  get asked(): Load | undefined {
    return this.#asked
  }

  /** Sends whatever changed. False when the load is over. */
  tick(elapsedMs: number): boolean {
    const load = this.#options.source.targetAt(elapsedMs)
    this.#asked = load
    if (load === undefined) return false
    if ('users' in load) this.#spread(load.users, load.classes)
    else this.#orderArrivals(elapsedMs)
    return true
  }

  /** The number of users of a ramp that has just become complete, once per ramp. */
  completedRamp(elapsedMs: number): number | undefined {
    const load = this.#asked
    if (load === undefined || !('users' in load) || load.users === this.#rampAnnounced) return undefined
    if (!this.#options.source.isFlat(elapsedMs)) return undefined
    const running = this.#options.roster.active.reduce((sum, member) => sum + total(member.running), 0)
    if (running !== load.users) return undefined
    this.#rampAnnounced = load.users
    return load.users
  }

  #spread(users: number, only: readonly string[] | undefined): void {
    const { classes, roster } = this.#options
    const chosen = only ? classes.filter((info) => only.includes(info.name)) : classes
    const byClass: Record<string, number> = {}
    for (const info of classes) byClass[info.name] = 0
    Object.assign(byClass, spreadUsers(users, [...chosen]))
    const members = roster.active
    if (members.length === 0) return
    const shares = shareUsers(byClass, members.length)
    members.forEach((member, i) => {
      const share = shares[i] as Record<string, number>
      if (same(share, member.asked)) return
      member.asked = share
      member.exhausted = false
      member.link.send({ type: 'spawn', target: { timestamp: this.#nextTimestamp(), users: share } })
    })
  }

  #orderArrivals(elapsedMs: number): void {
    const { arrivals, roster } = this.#options
    if (!arrivals || this.#orderedUntilMs > elapsedMs + leadMs / 2) return
    const until = Math.max(this.#orderedUntilMs, elapsedMs) + leadMs
    const members = roster.active
    for (const order of arrivals.cut(this.#orderedUntilMs, until))
      for (const [index, member] of members.entries()) {
        const maxUsers = Math.floor((arrivals.maxUsers + members.length - 1 - index) / members.length)
        const target = { ...order, index, workers: members.length, maxUsers }
        member.link.send({ type: 'spawn', target: { timestamp: this.#nextTimestamp(), users: {}, arrivals: target } })
      }
    this.#orderedUntilMs = until
  }

  #nextTimestamp(): number {
    this.#timestamp = Math.max(this.#timestamp + 1e-6, Date.now() / 1_000)
    return this.#timestamp
  }
}

function total(users: Record<string, number>): number {
  return Object.values(users).reduce((sum, count) => sum + count, 0)
}

function same(a: Record<string, number>, b: Record<string, number>): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key])
}
