import type { Member } from './worker-record.ts'

/** Users whom lost workers had, from when nobody counts on them there until others have been given them: they start again at the spawn rate. */
export class OrphanedUsers {
  readonly #lost = new Set<Member>()
  #count = 0
  #atMs = 0
  #userMs = 0

  /** Who of the workers has been lost since the last call, or is back. */
  see(members: readonly Member[], elapsedMs: number): void {
    this.until(elapsedMs)
    for (const member of members) {
      if (!member.released) this.#lost.delete(member)
      else if (!this.#lost.has(member)) {
        this.#lost.add(member)
        this.#count += member.leftUsers
      }
    }
  }

  /** So many users that are asked for are nobody's: there are no more orphans than that. */
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
