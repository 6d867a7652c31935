import { bucketOf } from '../../stats/buckets.ts'
import type { HistogramData } from '../../stats/snapshot.ts'

/** For latencies, in ms. */
export const latencyBounds = [
  0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000,
] as const

/** For values in a unit of the user's, of which nothing is known: three a decade, from a thousandth to a million. */
export const trendBounds: readonly number[] = [
  ...[-3, -2, -1, 0, 1, 2, 3, 4, 5].flatMap((power) => [1, 2.5, 5].map((digit) => Number(`${digit}e${power}`))),
  1e6,
]

/**
 * Our histograms since the start, in a few fixed buckets as Prometheus has them. A bucket of ours is counted where its lower bound lies, which is
 * what reports say of every value in it. So the count at a bound is exactly that of the values that reports show as at most the bound; of the values
 * themselves, those that are up to 0.78 % (our bucket's width) above it are counted as within it, and none the other way round.
 */
export class ClassicHistogram {
  readonly bounds: readonly number[]
  /** By bound, and last those above all bounds; each value in one of them. */
  readonly counts: Float64Array
  /** Of values: requests that have no time (Locust's workers may report such) are in no bucket. */
  count = 0
  sum = 0
  /** Our last bucket within each bound. */
  readonly #last: readonly number[]

  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.counts = new Float64Array(bounds.length + 1)
    this.#last = bounds.map(bucketOf)
  }

  /** Both ascend, so one walk does. */
  add({ buckets, sum }: HistogramData): void {
    const last = this.#last
    let at = 0
    for (let i = 0; i < buckets.length; i += 2) {
      const [bucket, count] = [buckets[i] as number, buckets[i + 1] as number]
      while (at < last.length && bucket > (last[at] as number)) at++
      this.counts[at] = (this.counts[at] as number) + count
      this.count += count
    }
    if (buckets.length > 0) this.sum += sum
  }

  /** Of the same bounds. */
  merge({ counts, count, sum }: ClassicHistogram): this {
    counts.forEach((more, at) => {
      this.counts[at] = (this.counts[at] as number) + more
    })
    this.count += count
    this.sum += sum
    return this
  }
}
