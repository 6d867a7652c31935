import { readFileSync } from 'node:fs'

/** Files the process needs for itself: results, logs, sockets to the master. */
const reserved = 64

/**
 * How many sockets may be open: some fewer than the process may open files, so that a run with too many users ends with a finding and
 * not with results that cannot be written.
 */
export class SocketBudget {
  readonly limit: number
  open = 0
  readonly #onLimit: () => void
  #told = false

  constructor(onLimit: () => void, limit = fileLimit() - reserved) {
    this.#onLimit = onLimit
    this.limit = limit
  }

  take(): boolean {
    if (this.open >= this.limit) {
      this.reached()
      return false
    }
    this.open++
    return true
  }

  give(): void {
    this.open--
  }

  /** The system said so, or we did; told once. */
  reached(): void {
    if (this.#told) return
    this.#told = true
    this.#onLimit()
  }

  exhausted(): Error {
    return Object.assign(new Error(`this process has ${this.open} open sockets, which is its limit`), {
      code: 'EMFILE',
    })
  }
}

/** Infinity where the system does not say. Node has raised the soft limit to the hard one when it started. */
function fileLimit(): number {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1]
    return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
