import type { HistogramData, RequestDelta, StatsDelta } from './snapshot.ts'

/** Adds two histograms as data. Associative and commutative; neither argument is changed. */
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
  return {
    count: a.count + b.count,
    sum: a.sum + b.sum,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    buckets,
  }
}

/** Adds two deltas of the same request group. */
export function mergeRequests(a: RequestDelta, b: RequestDelta): RequestDelta {
  const merged: RequestDelta = {
    method: a.method,
    name: a.name,
    ok: mergeHistograms(a.ok, b.ok),
    failed: mergeHistograms(a.failed, b.failed),
    aborted: a.aborted + b.aborted,
    hops: a.hops + b.hops,
    bytes: a.bytes + b.bytes,
  }
  if (a.scheduled || b.scheduled)
    merged.scheduled =
      a.scheduled && b.scheduled ? mergeHistograms(a.scheduled, b.scheduled) : (a.scheduled ?? b.scheduled)!
  return merged
}

/** The deltas of several workers as one, with one entry a request group; errors, exceptions and metrics are grouped by whoever sums them. */
export function mergeDeltas(deltas: readonly StatsDelta[]): StatsDelta {
  const [only] = deltas
  if (deltas.length === 1 && only) return only
  const requests = new Map<string, RequestDelta>()
  for (const delta of deltas)
    for (const request of delta.requests) {
      const key = `${request.method} ${request.name}`
      const seen = requests.get(key)
      requests.set(key, seen ? mergeRequests(seen, request) : request)
    }
  return {
    requests: [...requests.values()],
    errors: deltas.flatMap((delta) => delta.errors),
    exceptions: deltas.flatMap((delta) => delta.exceptions),
    metrics: deltas.flatMap((delta) => delta.metrics),
  }
}
