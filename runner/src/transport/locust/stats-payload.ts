import type { WorkerInterval } from '../../stats/snapshot.ts'
import { totalUsers } from '../../stats/user-counts.ts'
import type { Encodable } from './encode.ts'
import { StatsEntry } from './stats-entry.ts'
import { StatsErrors } from './stats-errors.ts'

/**
 * A report as Locust's workers send it: everything of these intervals, as one delta. Response times keep Locust's two digits; sums, least and
 * greatest are exact. Requests that were aborted are left out: Locust has no word for them.
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
  // Locust's entries begin where the report before ended
  const startS = (startedAtEpochMs + (intervals[0]?.second ?? 0) * 1_000) / 1_000
  const report = {
    stats: [...entries.values()].map((entry) => entry.toEncodable(startS)),
    stats_total: total.toEncodable(startS),
    errors: errors.toEncodable(),
    user_classes_count: users,
    user_count: totalUsers(users),
  }
  // what listeners added, as Locust's do; not in the place of the report itself
  return {
    ...report,
    ...Object.fromEntries(Object.entries(extra).filter(([key]) => !Object.hasOwn(report, key))),
  } as Encodable
}
