/** Something that must be over by a moment. Linked into its queue by its own fields, so that waiting costs no objects. */
export abstract class Expiring {
  deadlineAt = 0
  before: Expiring | undefined = undefined
  after: Expiring | undefined = undefined
  queue: DeadlineQueue | undefined = undefined
  abstract expire(): void
}

/** All that have the same time to live: the first added is the first due. */
class DeadlineQueue {
  first: Expiring | undefined = undefined
  last: Expiring | undefined = undefined
}

/** One timer for all deadlines of a process: requests come and go far more often than they expire. */
export class Deadlines {
  readonly #now: () => number
  readonly #queues = new Map<number, DeadlineQueue>()
  #recentMs = Number.NaN
  #recent = new DeadlineQueue()
  #wakeAt = Number.POSITIVE_INFINITY
  #timer: NodeJS.Timeout | undefined

  constructor(now: () => number) {
    this.#now = now
  }

  add(entry: Expiring, startedAt: number, lifeMs: number): void {
    const queue = lifeMs === this.#recentMs ? this.#recent : this.#queue(lifeMs)
    const deadlineAt = startedAt + lifeMs
    entry.deadlineAt = deadlineAt
    entry.queue = queue
    entry.before = queue.last
    if (queue.last) queue.last.after = entry
    else queue.first = entry
    queue.last = entry
    if (deadlineAt < this.#wakeAt) this.#arm(deadlineAt, lifeMs)
  }

  remove(entry: Expiring): void {
    const { queue, before, after } = entry
    if (!queue) return
    if (before) before.after = after
    else queue.first = after
    if (after) after.before = before
    else queue.last = before
    entry.queue = undefined
    entry.before = undefined
    entry.after = undefined
  }

  /** All that wait, in no order of note. */
  each(visit: (entry: Expiring) => void): void {
    for (const queue of this.#queues.values()) for (let at = queue.first; at; at = at.after) visit(at)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#wakeAt = Number.POSITIVE_INFINITY
  }

  #queue(lifeMs: number): DeadlineQueue {
    let queue = this.#queues.get(lifeMs)
    if (!queue) this.#queues.set(lifeMs, (queue = new DeadlineQueue()))
    this.#recentMs = lifeMs
    this.#recent = queue
    return queue
  }

  #arm(at: number, delayMs: number): void {
    clearTimeout(this.#timer)
    this.#wakeAt = at
    this.#timer = setTimeout(() => this.#wake(), Math.max(1, Math.min(delayMs, 2 ** 31 - 1)))
    this.#timer.unref() // what waits has a socket that keeps the process alive
  }

  #wake(): void {
    const now = this.#now()
    const due: Expiring[] = []
    let next = Number.POSITIVE_INFINITY
    for (const [lifeMs, queue] of this.#queues) {
      let entry = queue.first
      for (; entry && entry.deadlineAt <= now + 0.5; entry = entry.after) due.push(entry)
      if (entry && entry.deadlineAt < next) next = entry.deadlineAt
      // a task may make up timeouts as it goes
      else if (!queue.first && queue !== this.#recent) this.#queues.delete(lifeMs)
    }
    this.#wakeAt = Number.POSITIVE_INFINITY
    if (next < Number.POSITIVE_INFINITY) this.#arm(next, next - now)
    for (const entry of due) {
      this.remove(entry)
      entry.expire()
    }
  }
}
