import { createHash } from 'node:crypto'
import type { ErrorDelta } from '../../stats/snapshot.ts'
import { type Encodable, float } from './encode.ts'

/** The errors of a report in the making: one row for each, however many intervals it was in. */
export class StatsErrors {
  readonly #errors = new Map<string, ErrorDelta>()

  add(error: ErrorDelta): void {
    const key = `${error.method}\n${error.name}\n${error.error}`
    const seen = this.#errors.get(key)
    if (!seen) {
      this.#errors.set(key, { ...error })
      return
    }
    seen.occurrences += error.occurrences
    seen.firstSeen = Math.min(seen.firstSeen, error.firstSeen)
    seen.lastSeen = Math.max(seen.lastSeen, error.lastSeen)
  }

  /** Under keys that are the same for the same error on every worker, as Locust's master adds up what has one key. */
  toEncodable(): Encodable {
    const rows = [...this.#errors].map(([key, error]): [string, Encodable] => [sha256(key), encodable(error)])
    return Object.fromEntries(rows)
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function encodable({ name, method, error, occurrences, firstSeen, lastSeen }: ErrorDelta): Encodable {
  return {
    name,
    method,
    error,
    occurrences,
    first_seen: float(firstSeen / 1_000),
    last_seen: float(lastSeen / 1_000),
  }
}
