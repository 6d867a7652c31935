import { bucketOf, firstLatencyBucket } from '../../stats/buckets.ts'
import { denseIndex, emptyHistogram } from '../../stats/histogram.ts'
import type { HistogramData } from '../../stats/snapshot.ts'

/** The response times of a row, of all its requests together. Requests without a time are left out. */
export interface Times {
  /** Rounded ms and how often, ascending. */
  samples: readonly (readonly [ms: number, count: number])[]
  /** All samples. */
  count: number
  /** Exact if the peer sent it. */
  sum: number
  min: number
  max: number
}

/**
 * Splits response times into successes and failures, which Locust does not keep apart. The counts are exact. Of each time the same share is taken
 * as failures, so both have the percentiles of all. Sum, min and max are right for the two together.
 *
 * A request without a time (Locust's `None`) is taken to be like the measured ones: buckets and sum are scaled up to all requests, and mean and
 * percentiles stay the same. If no request of the row has a time, there is a count without buckets, and sum, min and max are 0 and mean nothing.
 */
export function splitTimes({ samples, count, sum, min, max }: Times, requests: number, failures: number): Parts {
  if (count === 0) return { ok: countOnly(requests - failures), failed: countOnly(failures) }
  const values = samples.map(([ms]) => Math.min(max, Math.max(min, ms)))
  const all = sharedOut(
    samples.map(([, each]) => each),
    requests,
  )
  const bad = sharedOut(all, failures)
  const good = all.map((each, i) => each - (bad[i] as number))
  const parts = { ok: histogramOf(values, good), failed: histogramOf(values, bad) }
  setEnds(parts, { min, max })
  setSums(parts, { min, max, sum: count === requests ? sum : (sum * requests) / count })
  return parts
}

interface Parts {
  ok: HistogramData
  failed: HistogramData
}

function countOnly(count: number): HistogramData {
  return { ...emptyHistogram(), count }
}

function histogramOf(values: readonly number[], counts: readonly number[]): HistogramData {
  const data = emptyHistogram()
  for (const [i, count] of counts.entries()) {
    if (count === 0) continue
    const value = values[i] as number
    if (data.count === 0) data.min = value
    data.max = value
    data.count += count
    data.sum += value * count
    const bucket = firstLatencyBucket + denseIndex(bucketOf(value))
    const { buckets } = data
    if (buckets.at(-2) === bucket) buckets[buckets.length - 1] = (buckets.at(-1) as number) + count
    else buckets.push(bucket, count)
  }
  return data
}

/** Sets the exact minimum and maximum on the part that has the first or last bucket; both may have it. */
function setEnds({ ok, failed }: Parts, { min, max }: Pick<Times, 'min' | 'max'>): void {
  const parts = [ok, failed].filter((part) => part.count > 0)
  const first = Math.min(...parts.map((part) => part.min))
  const last = Math.max(...parts.map((part) => part.max))
  for (const part of parts) {
    if (part.min === first) part.min = min
    if (part.max === last) part.max = max
  }
}

/** Shares out the exact sum in proportion to the buckets, within `min` and `max`: no mean is outside its own range. */
function setSums({ ok, failed }: Parts, { sum, min, max }: Pick<Times, 'sum' | 'min' | 'max'>): void {
  const rough = ok.sum + failed.sum
  const share = rough > 0 ? failed.sum / rough : failed.count / (ok.count + failed.count)
  const least = Math.max(failed.count * min, sum - ok.count * max)
  const most = Math.min(failed.count * max, sum - ok.count * min)
  failed.sum = Math.min(most, Math.max(least, sum * share))
  ok.sum = sum - failed.sum
  for (const part of [ok, failed]) {
    if (part.count === 0) continue
    const mean = Math.min(max, Math.max(min, part.sum / part.count))
    part.min = Math.min(part.min, mean)
    part.max = Math.max(part.max, mean)
  }
}

/**
 * Shares out `total` in proportion to `counts`, in whole numbers that add up to it. Each share follows from all counts up to its own, so neither
 * end gets more than the other. If `total` is not above the sum of the counts, no share is above its count. Exact while the product of both is
 * below 2^52.
 *
 * @tested arithmetic with rules of its own
 */
export function sharedOut(counts: readonly number[], total: number): number[] {
  const all = counts.reduce((sum, count) => sum + count, 0)
  const half = Math.floor(all / 2)
  let upTo = 0
  let given = 0
  return counts.map((count) => {
    upTo += count
    const due = Math.floor((upTo * total + half) / all)
    const share = due - given
    given = due
    return share
  })
}
