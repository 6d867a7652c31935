import type { StatsDelta, WorkerInterval } from '../../stats/snapshot.ts'
import type { ToMaster } from '../messages.ts'

type Report = Extract<ToMaster, { type: 'stats' }>

export interface ReportPartsOptions {
  pack(report: Report): Uint8Array
  /** Of one message. */
  mostBytes: number
  /** A thing that cannot be divided is larger than a message: it is missing. */
  onLost(what: string): void
}

/**
 * A report in as few messages as it takes: its intervals one after the other, and of one interval the rows. The last part of an interval says how
 * long it was, and what waited at its end; those before it are of no time.
 */
export function* partsOf(report: Report, options: ReportPartsOptions): Generator<Uint8Array> {
  const body = options.pack(report)
  if (body.length <= options.mostBytes) {
    yield body
    return
  }
  const parts = divided(report)
  if (!parts) {
    const [interval] = report.intervals
    options.onLost(interval ? describe(interval) : 'what the load file’s listeners added to a report')
    return
  }
  for (const part of parts) yield* partsOf(part, options)
}

/** Undefined where it cannot be divided. */
function divided({ type, intervals, extra }: Report): Report[] | undefined {
  const [interval] = intervals
  if (extra && interval)
    return [
      { type, intervals },
      { type, intervals: [], extra },
    ]
  if (intervals.length > 1) {
    const middle = Math.ceil(intervals.length / 2)
    return [
      { type, intervals: intervals.slice(0, middle) },
      { type, intervals: intervals.slice(middle) },
    ]
  }
  return interval && dividedInterval(interval)?.map((part) => ({ type, intervals: [part] }))
}

function dividedInterval(interval: WorkerInterval): WorkerInterval[] | undefined {
  const { stats, waiting, durationMs, second, users } = interval
  const rows = countRows(stats)
  const isBare = durationMs === 0 && !waiting
  if (rows > 1 || (rows === 1 && !isBare)) {
    const [some, rest] = dividedRows(stats, Math.ceil(rows / 2))
    return [
      { second, durationMs: 0, users, stats: some },
      { ...interval, stats: rest },
    ]
  }
  if (!waiting || durationMs === 0) return undefined
  const { waiting: _, ...others } = interval
  return [{ second, durationMs: 0, users, stats, waiting }, others]
}

const kinds = ['requests', 'errors', 'exceptions', 'metrics'] as const

function countRows(stats: StatsDelta): number {
  return kinds.reduce((sum, kind) => sum + stats[kind].length, 0)
}

function dividedRows(stats: StatsDelta, first: number): [StatsDelta, StatsDelta] {
  const some: StatsDelta = { requests: [], errors: [], exceptions: [], metrics: [] }
  const rest = { ...stats }
  let left = first
  for (const kind of kinds) {
    const rows: readonly unknown[] = stats[kind]
    Object.assign(some, { [kind]: rows.slice(0, left) })
    Object.assign(rest, { [kind]: rows.slice(left) })
    left = Math.max(0, left - rows.length)
  }
  return [some, rest]
}

function describe({ second, stats, waiting }: WorkerInterval): string {
  const kind = kinds.find((one) => stats[one].length > 0)
  const what = kind ? `one of its ${kind}` : waiting ? 'what waited' : 'its users'
  return `${what} in second ${second}`
}
