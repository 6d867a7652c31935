import type { Link } from '../../transport/link.ts'
import type { ToMaster, ToWorker } from '../../transport/messages.ts'
import { Member, type MemberAbout } from './worker-record.ts'

export { Member } from './worker-record.ts'

/** The workers of a run, in the order they joined. */
export class Roster {
  readonly #members: Member[] = []
  #changes = 0

  add(id: string, link: Link<ToWorker, ToMaster>, about: Partial<MemberAbout> = {}): Member {
    const before = this.#members.findLast((one) => one.id === about.inPlaceOf && one.state === 'stopped')
    const complete = { kind: 'local', index: this.#members.length, ...about } as const
    const member = new Member(id, link, complete, before?.dealtAs)
    this.#members.push(member)
    this.changed()
    return member
  }

  /** Something happened that may change who should run what. */
  changed(): void {
    this.#changes++
  }

  /** Another number after everything that may change who should run what. */
  get changes(): number {
    return this.#changes
  }

  get members(): readonly Member[] {
    return this.#members
  }

  /** Those that are there. */
  get active(): Member[] {
    return this.#members.filter((member) => member.isPresent)
  }

  /** Those that users can be asked of: they have said what they can run. */
  get takers(): Member[] {
    return this.#members.filter((member) => member.isPresent && member.classes.length > 0)
  }

  /** Those that have said what they can run and may do so, now or when they are heard again. */
  get able(): Member[] {
    return this.#members.filter((member) => member.state !== 'stopped' && member.classes.length > 0)
  }

  /** How long the slowest way to one of those that are there and back takes, as far as it is known. */
  get roundTripMs(): number {
    return Math.max(0, ...this.active.map(({ roundTripMs }) => roundTripMs))
  }

  send(message: ToWorker): void {
    for (const member of this.active) member.link.send(message)
  }

  /** Also to those that are missing: one that comes back must not go on as if nothing had been said. */
  sendAlsoToMissing(message: ToWorker): void {
    for (const member of this.#members) if (member.state !== 'stopped') member.link.send(message)
  }
}
