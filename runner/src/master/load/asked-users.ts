/**
 * What was asked for, and when: reports come seconds after the moment they are about, and a ramp has gone on by then. Questions
 * come with rising times; what they can no longer be about is forgotten.
 */
export class AskedUsers {
  #changes: { atMs: number; users: number | undefined }[] = []

  /** `undefined`: no number of users is asked for (the load is over, or it is arrivals). */
  note(atMs: number, users: number | undefined): void {
    if (this.#changes.length === 0 || this.#changes.at(-1)?.users !== users) this.#changes.push({ atMs, users })
  }

  /** What was asked for last in a stretch of time: where the load ended within, what it was until then. */
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
