import type { Link } from '../transport/link.ts'
import type { ToMaster, ToWorker } from '../transport/messages.ts'
import { Member, type MemberKind } from './member.ts'

export { Member } from './member.ts'

/** The workers of a run, in the order they joined. */
export class Roster {
  readonly #members: Member[] = []
  /** Raised with everything that may change who should run what. */
  changes = 0

  add(id: string, link: Link<ToWorker, ToMaster>, kind: MemberKind = 'local', index = this.#members.length): Member {
    const member = new Member(id, index, link, kind)
    this.#members.push(member)
    this.changes++
    return member
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

  send(message: ToWorker): void {
    for (const member of this.active) member.link.send(message)
  }
}
