import { firstLatencyBucket, latencyBuckets } from './buckets.ts'
import { denseIndex } from './histogram.ts'
import type { HistogramData } from './snapshot.ts'

/** Arrays of zeros, used again: a master with many workers fills hundreds of them each second. */
const free: Float64Array[] = []
const mostFree = 5_000

/** Adds any number of latency histograms; one that is alone is kept as it is. */
export class LatencySum {
  #only: HistogramData | undefined
  #counts: Float64Array | undefined
  #low = latencyBuckets
  #high = -1
  #count = 0
  #sum = 0
  #min = Number.POSITIVE_INFINITY
  #max = Number.NEGATIVE_INFINITY

  add(data: HistogramData): void {
    if (data.count === 0) return
    if (!this.#only && !this.#counts) {
      this.#only = data
      return
    }
    if (!this.#counts) this.#spread()
    this.#add(data)
  }

  /** The sum; nothing can be added after it. */
  take(): HistogramData {
    const counts = this.#counts
    if (!counts) return this.#only ?? { count: 0, sum: 0, min: 0, max: 0, buckets: [] }
    const buckets: number[] = []
    for (let at = this.#low; at <= this.#high; at++)
      if (counts[at] !== 0) buckets.push(at + firstLatencyBucket, counts[at] as number)
    counts.fill(0, Math.max(0, this.#low), this.#high + 1)
    if (free.length < mostFree) free.push(counts)
    this.#counts = undefined
    const some = this.#min <= this.#max
    return { count: this.#count, sum: this.#sum, min: some ? this.#min : 0, max: some ? this.#max : 0, buckets }
  }

  #spread(): void {
    this.#counts = free.pop() ?? new Float64Array(latencyBuckets)
    const first = this.#only as HistogramData
    this.#only = undefined
    this.#add(first)
  }

  #add({ count, sum, min, max, buckets }: HistogramData): void {
    const counts = this.#counts as Float64Array
    this.#count += count
    if (buckets.length === 0) return // counted without a time: it has no least and greatest
    this.#sum += sum
    if (min < this.#min) this.#min = min
    if (max > this.#max) this.#max = max
    for (let i = 0; i < buckets.length; i += 2) {
      const at = denseIndex(buckets[i] as number)
      counts[at] = (counts[at] as number) + (buckets[i + 1] as number)
    }
    // buckets ascend
    this.#low = Math.min(this.#low, denseIndex(buckets[0] as number))
    this.#high = Math.max(this.#high, denseIndex(buckets[buckets.length - 2] as number))
  }
}
