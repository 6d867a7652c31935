import { createHash } from 'node:crypto'
import type { ErrorDelta, WorkerInterval } from '../../stats/snapshot.ts'
import { totalUsers } from '../../stats/user-counts.ts'
import { type Encodable, float } from './encode.ts'
import { StatsEntry } from './stats-entry.ts'

/**
 * A report as Locust's workers send it: these intervals as one delta. Response times have Locust's two digits; sums, minimum and maximum are
 * exact. Aborted requests are left out, because Locust does not know them.
 */
export function toLocustStats(
  intervals: readonly WorkerInterval[],
  users: Readonly<Record<string, number>>,
  { startedAtEpochMs, extra = {} }: { startedAtEpochMs: number; extra?: Readonly<Record<string, unknown>> },
): Encodable {
  const total = new StatsEntry('Aggregated', '')
  const entries = new Map<string, StatsEntry>()
  const errors = new StatsErrors()
  for (const { second, durationMs, stats } of intervals) {
    const beganAtMs = startedAtEpochMs + second * 1_000
    const when = { secondS: Math.floor(beganAtMs / 1_000), endS: (beganAtMs + durationMs) / 1_000 }
    for (const request of stats.requests) {
      if (request.ok.count + request.failed.count === 0) continue
      const { method, name } = request
      const key = `${method}\n${name}`
      let entry = entries.get(key)
      if (!entry) entries.set(key, (entry = new StatsEntry(name, method)))
      entry.add(request, when)
      total.add(request, when)
    }
    for (const error of stats.errors) errors.add(error)
  }
  // Locust's entries begin where the report before them ended
  const startS = (startedAtEpochMs + (intervals[0]?.second ?? 0) * 1_000) / 1_000
  const report = {
    stats: [...entries.values()].map((entry) => entry.toEncodable(startS)),
    stats_total: total.toEncodable(startS),
    errors: errors.toEncodable(),
    user_classes_count: users,
    user_count: totalUsers(users),
  }
  // what listeners added, as in Locust, but never in place of the report itself
  return {
    ...report,
    ...Object.fromEntries(Object.entries(extra).filter(([key]) => !Object.hasOwn(report, key))),
  } as Encodable
}

/** Collects the errors of a report: one row for each error, also if it is in several intervals. */
class StatsErrors {
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

  /** The key of an error is the same on every worker, since Locust's master adds up errors with the same key. */
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
