import { bucketOf, firstLatencyBucket, latencyBuckets } from './buckets.ts'
import { denseIndex, emptyHistogram } from './histogram.ts'
import type { HistogramData } from './snapshot.ts'

/**
 * The recorder's own histogram: filled for one interval, then taken out as plain data. It remembers which buckets it
 * touched, so that taking costs what was recorded, not what could have been.
 */
export class IntervalHistogram {
  count = 0
  #sum = 0
  #min = Number.POSITIVE_INFINITY
  #max = 0
  readonly #counts = new Uint32Array(latencyBuckets)
  #touched: number[] = []

  record(ms: number): void {
    const index = denseIndex(bucketOf(ms))
    const before = this.#counts[index] as number
    if (before === 0) this.#touched.push(index)
    this.#counts[index] = before + 1
    this.count++
    this.#sum += ms
    if (ms < this.#min) this.#min = ms
    if (ms > this.#max) this.#max = ms
  }

  /** The interval's data; the histogram is empty afterwards. */
  take(): HistogramData {
    if (this.count === 0) return emptyHistogram()
    const buckets: number[] = []
    for (const index of this.#touched.sort((a, b) => a - b)) {
      buckets.push(index + firstLatencyBucket, this.#counts[index] as number)
      this.#counts[index] = 0
    }
    const data = { count: this.count, sum: this.#sum, min: this.#min, max: this.#max, buckets }
    this.#touched = []
    this.count = 0
    this.#sum = 0
    this.#min = Number.POSITIVE_INFINITY
    this.#max = 0
    return data
  }
}
