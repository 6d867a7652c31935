import { LatencySum } from './latency-sum.ts'
import type { ArrivalCounts, HistogramData, RequestDelta, StatsDelta, WaitingState } from './snapshot.ts'

/** Adds two histograms as data, of latencies or of anything. Associative and commutative; neither argument is changed. */
export function mergeHistograms(a: HistogramData, b: HistogramData): HistogramData {
  if (a.count === 0) return b
  if (b.count === 0) return a
  const buckets: number[] = []
  let i = 0
  let j = 0
  while (i < a.buckets.length || j < b.buckets.length) {
    const left = a.buckets[i] ?? Number.POSITIVE_INFINITY
    const right = b.buckets[j] ?? Number.POSITIVE_INFINITY
    let count = 0
    if (left <= right) {
      count += a.buckets[i + 1] as number
      i += 2
    }
    if (right <= left) {
      count += b.buckets[j + 1] as number
      j += 2
    }
    buckets.push(Math.min(left, right), count)
  }
  const count = a.count + b.count
  // what was counted without a time has no least and greatest
  if (a.buckets.length === 0) return { ...b, count }
  if (b.buckets.length === 0) return { ...a, count }
  return { count, sum: a.sum + b.sum, min: Math.min(a.min, b.min), max: Math.max(a.max, b.max), buckets }
}

export function isEmptyDelta({ requests, errors, exceptions, metrics }: StatsDelta): boolean {
  return requests.length + errors.length + exceptions.length + metrics.length === 0
}

/** The deltas of several workers as one: see `DeltaSum`. */
export function mergeDeltas(deltas: readonly StatsDelta[]): StatsDelta {
  const [only] = deltas
  if (deltas.length === 1 && only) return only
  const sum = new DeltaSum()
  for (const delta of deltas) sum.add(delta)
  return sum.take()
}

/**
 * Adds deltas as they come, with one entry a request group; errors, exceptions and metrics are grouped by whoever sums them. None of what
 * is added is changed.
 */
export class DeltaSum {
  /** By name, then method: a joined key would be a text to make for each of a crowd's rows. */
  readonly #groups = new Map<string, Map<string, RequestSum>>()
  readonly #rest: Omit<StatsDelta, 'requests'> = { errors: [], exceptions: [], metrics: [] }

  add({ requests, errors, exceptions, metrics }: StatsDelta): void {
    for (const request of requests) {
      let methods = this.#groups.get(request.name)
      if (!methods) this.#groups.set(request.name, (methods = new Map()))
      const group = methods.get(request.method)
      if (group) group.add(request)
      else methods.set(request.method, new RequestSum(request))
    }
    for (const error of errors) this.#rest.errors.push(error)
    for (const exception of exceptions) this.#rest.exceptions.push(exception)
    for (const metric of metrics) this.#rest.metrics.push(metric)
  }

  /** The sum; nothing can be added after it. */
  take(): StatsDelta {
    const groups = [...this.#groups.values()].flatMap((methods) => [...methods.values()])
    return { requests: groups.map((group) => group.take()), ...this.#rest }
  }
}

/** Adds deltas of one request group; one that is alone is handed back as it is. */
class RequestSum {
  readonly #first: RequestDelta
  readonly #ok = new LatencySum()
  readonly #failed = new LatencySum()
  #scheduled: LatencySum | undefined
  #unanswered: LatencySum | undefined
  #parts = 0
  #aborted = 0
  #hops = 0
  #retries = 0
  #bytes = 0

  constructor(first: RequestDelta) {
    this.#first = first
    this.add(first)
  }

  add({ ok, failed, scheduled, unanswered, aborted, hops, retries, bytes }: RequestDelta): void {
    this.#parts++
    this.#ok.add(ok)
    this.#failed.add(failed)
    if (scheduled) (this.#scheduled ??= new LatencySum()).add(scheduled)
    if (unanswered) (this.#unanswered ??= new LatencySum()).add(unanswered)
    this.#aborted += aborted
    this.#hops += hops
    this.#retries += retries ?? 0
    this.#bytes += bytes
  }

  take(): RequestDelta {
    if (this.#parts === 1) return this.#first
    const { method, name } = this.#first
    return {
      method,
      name,
      ok: this.#ok.take(),
      failed: this.#failed.take(),
      aborted: this.#aborted,
      hops: this.#hops,
      bytes: this.#bytes,
      ...(this.#scheduled ? { scheduled: this.#scheduled.take() } : {}),
      ...(this.#unanswered ? { unanswered: this.#unanswered.take() } : {}),
      ...(this.#retries > 0 ? { retries: this.#retries } : {}),
    }
  }
}

/** Adds what waits on several workers at one moment, with one entry a request group. None of what is added is changed. */
export class WaitingSum {
  readonly #groups = new Map<string, Map<string, LatencySum>>()

  add(waiting: readonly WaitingState[]): void {
    for (const { method, name, ages } of waiting) {
      let methods = this.#groups.get(name)
      if (!methods) this.#groups.set(name, (methods = new Map()))
      let sum = methods.get(method)
      if (!sum) methods.set(method, (sum = new LatencySum()))
      sum.add(ages)
    }
  }

  /** The sum; nothing can be added after it. */
  take(): WaitingState[] {
    return [...this.#groups].flatMap(([name, methods]) =>
      [...methods].map(([method, sum]) => ({ method, name, ages: sum.take() })),
    )
  }
}

export function noArrivals(): ArrivalCounts {
  return { offered: 0, started: 0, dropped: 0 }
}

/** Adds to a sum, in place. */
export function addArrivals(sum: ArrivalCounts, { offered, started, dropped, late, failed }: ArrivalCounts): void {
  sum.offered += offered
  sum.started += started
  sum.dropped += dropped
  if (late) sum.late = (sum.late ?? 0) + late
  if (failed) sum.failed = (sum.failed ?? 0) + failed
}
