/**
 * How many users were asked for at each moment. Reports come seconds after the moment they are about, when a ramp has gone on.
 * Questions come with rising times, so older answers are forgotten.
 */
export class AskedUsers {
  #changes: { atMs: number; users: number | undefined }[] = []

  /** `undefined`: no number of users is asked for, because the load is over or consists of arrivals. */
  note(atMs: number, users: number | undefined): void {
    if (this.#changes.length === 0 || this.#changes.at(-1)?.users !== users) this.#changes.push({ atMs, users })
  }

  /** The last number asked for in a stretch of time. If the load ended in it, the number before that. */
  lastIn(fromMs: number, untilMs: number): number | undefined {
    let current = 0
    while ((this.#changes[current + 1]?.atMs ?? Number.POSITIVE_INFINITY) <= fromMs) current++
    this.#changes = this.#changes.slice(current)
    let users: number | undefined
    for (const change of this.#changes) {
      if (change.atMs > untilMs) break
      users = change.users ?? users
    }
    return users
  }
}
