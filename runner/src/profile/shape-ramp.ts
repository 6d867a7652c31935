/** Counts are whole and below 10⁶, times are doubles: this swallows rounding and nothing else. */
const roundingUsers = 1e-6

/**
 * What a LoadShape's ticks ask for, as whole users at any moment. A new tick re-aims from where the ramp is now, so no stage waits for
 * the ramp before it; and the time since the last start counts on, so that ticks at the same rate make one even ramp: at 2.5 users/s
 * no second starts more than 3, however often it is aimed.
 */
export class ShapeRamp {
  #users = 0
  #target = 0
  #perSecond = 1
  #aimedMs = 0
  /** When the last user of before this aim started or left. */
  #lastChangeMs = Number.NEGATIVE_INFINITY
  /** When the first user after this aim starts or leaves. */
  #nextChangeMs = 0
  #classes: readonly string[] | undefined

  /** From `atMs` on: to `users`, starting or stopping `spawnRate` of them a second. Moments must not go back. */
  aim(atMs: number, users: number, spawnRate: number, classes?: readonly string[]): void {
    const changed = this.#changesUntil(atMs)
    if (changed > 0) this.#lastChangeMs = this.#nextChangeMs + ((changed - 1) * 1_000) / this.#perSecond
    this.#users = this.#after(changed)
    this.#target = users
    this.#perSecond = spawnRate
    this.#aimedMs = atMs
    this.#nextChangeMs = Math.max(atMs, this.#lastChangeMs + 1_000 / spawnRate)
    this.#classes = classes
  }

  /** Users at a moment not before the last aim. */
  at(elapsedMs: number): { users: number; classes?: readonly string[] } {
    const users = this.#after(this.#changesUntil(Math.max(elapsedMs, this.#aimedMs)))
    return this.#classes ? { users, classes: this.#classes } : { users }
  }

  #changesUntil(elapsedMs: number): number {
    if (elapsedMs < this.#nextChangeMs) return 0
    const due = Math.floor(((elapsedMs - this.#nextChangeMs) / 1_000) * this.#perSecond + roundingUsers) + 1
    return Math.min(due, Math.abs(this.#target - this.#users))
  }

  #after(changes: number): number {
    return this.#users + Math.sign(this.#target - this.#users) * changes
  }
}
