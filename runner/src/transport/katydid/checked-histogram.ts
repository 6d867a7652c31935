import { bucketOf } from '../../stats/buckets.ts'
import type { HistogramData } from '../../stats/snapshot.ts'

/** No finite number is in a bucket beyond these. */
const lastBucket = bucketOf(Number.MAX_VALUE)

/**
 * A histogram that came over a wire, as whoever adds it up relies on it: pairs of ascending buckets that there are and counts, no more of them than
 * its count. @throws TypeError
 */
export function checkedHistogram(data: HistogramData): HistogramData {
  const { count, buckets } = data
  if (buckets.length % 2 !== 0) throw new TypeError('buckets come with counts')
  let timed = 0
  let last = Number.NEGATIVE_INFINITY
  for (let i = 0; i < buckets.length; i += 2) {
    const [bucket, times] = [buckets[i] as number, buckets[i + 1] as number]
    if (!Number.isSafeInteger(bucket) || bucket <= last) throw new TypeError('buckets do not ascend')
    if (!Number.isSafeInteger(times) || times < 1) throw new TypeError('a bucket without a count')
    last = bucket
    timed += times
  }
  const first = buckets[0] ?? 0
  if (first < -lastBucket || (buckets.length > 0 && last > lastBucket)) throw new TypeError('there is no such bucket')
  if (timed > count) throw new TypeError('more in the buckets than in all')
  return data
}
