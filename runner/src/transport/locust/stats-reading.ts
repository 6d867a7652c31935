import { redact } from '../../secrets/redactions.ts'
import { otherName } from '../../stats/cardinality-limit.ts'
import { failureKindOf } from '../../stats/failure-kind.ts'
import type { ErrorDelta, ExceptionDelta, StatsDelta } from '../../stats/snapshot.ts'
import { requestOf } from './entry-reading.ts'
import { countOf, isMap, textOf, timeOf } from './plausible.ts'

/** A Locust worker's report. */
export interface LocustReport {
  stats: StatsDelta
  /** Users by class. Empty if it did not say. */
  users: Record<string, number>
  /** What listeners of Locust's `report_to_master` added. */
  extra: Record<string, unknown>
  /** In how many seconds of the report requests ended. Undefined if it does not say. */
  activeSeconds: number | undefined
}

/** So many names of one report are kept apart. */
const mostNames = 10_000
const mostErrors = 10_000
/** Most user classes of a locustfile. */
const mostClasses = 1_000
const longestClass = 200

/**
 * Reads a report of a Python, boomer or locust4j worker. Keys are ints or texts, times are floats or ints, and much may be left out. Values that make
 * no sense are ignored. Totals are not read, since they are the sum of the rest. Undefined if it is not a report at all.
 */
export function fromLocustStats(data: unknown): LocustReport | undefined {
  if (!isMap(data) || !marks.some((mark) => Object.hasOwn(data, mark))) return undefined
  const entries = Array.isArray(data.stats) ? data.stats : []
  const requests = entries.flatMap((entry, i) => {
    const request = requestOf(entry)
    if (!request) return []
    return i < mostNames ? request : { ...request, name: otherName }
  })
  const errors = isMap(data.errors) ? Object.values(data.errors).slice(0, mostErrors) : []
  return {
    stats: { requests, errors: errors.flatMap((error) => errorOf(error) ?? []), exceptions: [], metrics: [] },
    users: usersOf(data.user_classes_count) ?? {},
    extra: Object.fromEntries(Object.entries(data).filter(([key]) => !own.has(key))),
    activeSeconds: activeSecondsOf(entries),
  }
}

/** No report is about more seconds. */
const mostSeconds = 3_600

function activeSecondsOf(entries: readonly unknown[]): number | undefined {
  const seconds = new Set<string>()
  let said = false
  for (const entry of entries) {
    if (!isMap(entry) || !isMap(entry.num_reqs_per_sec)) continue
    said = true
    for (const second of Object.keys(entry.num_reqs_per_sec)) if (seconds.size < mostSeconds) seconds.add(second)
  }
  return said ? seconds.size : undefined
}

/** A report has at least one of these. */
const marks = ['stats', 'stats_total', 'errors', 'user_classes_count']
const own = new Set([...marks, 'user_count'])

function errorOf(value: unknown): ErrorDelta | undefined {
  if (!isMap(value)) return undefined
  const error = textOf(value.error)
  const occurrences = countOf(value.occurrences)
  if (error === undefined || occurrences === 0) return undefined
  // boomer and locust4j do not send times
  const lastSeen = timeOf(value.last_seen) ?? Date.now()
  const firstSeen = Math.min(timeOf(value.first_seen) ?? lastSeen, lastSeen)
  // these peers send only a text: `ConnectTimeout('…')`, `timeout`
  const kind = failureKindOf(error)
  const [method = '', name = ''] = [textOf(value.method), textOf(value.name)]
  return { method, name, error, ...(kind ? { kind } : {}), occurrences, firstSeen, lastSeen }
}

/** Users by class, in a report or in `spawning_complete`. */
export function usersOf(value: unknown): Record<string, number> | undefined {
  if (!isMap(value)) return undefined
  const named = Object.entries(value).slice(0, mostClasses)
  return Object.fromEntries(named.map(([name, count]) => [name.slice(0, longestClass), countOf(count)]))
}

const longestMessage = 2_000
const longestTraceback = 20_000

/** Reads an exception of a Locust worker's task. Each time is a message of its own, without a time. */
export function exceptionOf(data: unknown): ExceptionDelta {
  const { msg, traceback } = (data ?? {}) as { msg?: unknown; traceback?: unknown }
  const now = Date.now()
  return {
    message: redact(typeof msg === 'string' ? msg : 'exception').slice(0, longestMessage),
    traceback: redact(typeof traceback === 'string' ? traceback : '').slice(0, longestTraceback),
    count: 1,
    firstSeen: now,
    lastSeen: now,
  }
}
