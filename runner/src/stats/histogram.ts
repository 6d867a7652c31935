import { bucketOf, firstLatencyBucket, latencyBuckets, lowerBound } from './buckets.ts'
import type { HistogramData } from './snapshot.ts'

/**
 * Counts by bucket, with exact count, sum, min and max. Latencies (ms) use a dense array, 4 ns a record; anything else
 * (user-defined trends) a map, since its range is not known.
 */
export class Histogram {
  count = 0
  sum = 0
  min = Number.POSITIVE_INFINITY
  max = Number.NEGATIVE_INFINITY
  /** Counted without a value: Locust's requests that have no time. */
  #untimed = 0
  readonly #dense: Float64Array | undefined
  readonly #sparse: Map<number, number> | undefined

  constructor(kind: 'latency' | 'any' = 'latency') {
    if (kind === 'latency') this.#dense = new Float64Array(latencyBuckets)
    else this.#sparse = new Map()
  }

  record(value: number, count = 1): void {
    this.count += count
    this.sum += value * count
    if (value < this.min) this.min = value
    if (value > this.max) this.max = value
    this.#add(bucketOf(value), count)
  }

  merge(data: HistogramData): this {
    if (data.count === 0) return this
    this.count += data.count
    const { buckets } = data
    let timed = 0
    for (let i = 0; i < buckets.length; i += 2) {
      timed += buckets[i + 1] as number
      this.#add(buckets[i] as number, buckets[i + 1] as number)
    }
    this.#untimed += data.count - timed
    if (timed === 0) return this
    this.sum += data.sum
    if (data.min < this.min) this.min = data.min
    if (data.max > this.max) this.max = data.max
    return this
  }

  get mean(): number {
    const timed = this.count - this.#untimed
    return timed === 0 ? 0 : this.sum / timed
  }

  /** Nearest rank: the least recorded value (to a bucket) that at least `quantile` of all are not above. 0 when empty. */
  percentile(quantile: number): number {
    const timed = this.count - this.#untimed
    if (timed === 0) return 0
    const rank = Math.max(1, Math.ceil(quantile * timed - 1e-9))
    if (rank >= timed) return this.max
    let seen = 0
    for (const [bucket, count] of this.#ascending()) {
      seen += count
      if (seen >= rank) return Math.min(this.max, Math.max(this.min, lowerBound(bucket)))
    }
    return this.max
  }

  toData(): HistogramData {
    const buckets: number[] = []
    for (const [bucket, count] of this.#ascending()) buckets.push(bucket, count)
    return this.count === this.#untimed
      ? { ...emptyHistogram(), count: this.count }
      : { count: this.count, sum: this.sum, min: this.min, max: this.max, buckets }
  }

  clear(): void {
    this.count = 0
    this.sum = 0
    this.#untimed = 0
    this.min = Number.POSITIVE_INFINITY
    this.max = Number.NEGATIVE_INFINITY
    this.#dense?.fill(0)
    this.#sparse?.clear()
  }

  #add(bucket: number, count: number): void {
    if (this.#dense) {
      const index = denseIndex(bucket)
      this.#dense[index] = (this.#dense[index] as number) + count
    } else {
      const sparse = this.#sparse as Map<number, number>
      sparse.set(bucket, (sparse.get(bucket) ?? 0) + count)
    }
  }

  *#ascending(): Generator<[number, number]> {
    if (this.#dense) {
      for (let i = 0; i < latencyBuckets; i++) {
        const count = this.#dense[i] as number
        if (count > 0) yield [i + firstLatencyBucket, count]
      }
    } else yield* [...(this.#sparse as Map<number, number>)].sort((a, b) => a[0] - b[0])
  }
}

/** Where a bucket stands in a dense latency array; what is out of range counts at its ends. */
export function denseIndex(bucket: number): number {
  const index = bucket - firstLatencyBucket
  return index < 0 ? 0 : index >= latencyBuckets ? latencyBuckets - 1 : index
}

export function emptyHistogram(): HistogramData {
  return { count: 0, sum: 0, min: 0, max: 0, buckets: [] }
}
