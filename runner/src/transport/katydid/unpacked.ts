import { bucketOf } from '../../stats/buckets.ts'
import type { HistogramData } from '../../stats/snapshot.ts'

/** What came over a wire and was not checked yet. These functions check it, and throw a TypeError if it is not what it should be. */
export type Unpacked = unknown

export function number(value: Unpacked): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new TypeError('a number was expected')
  return value
}

/** A number of users, requests or seconds. */
export function count(value: Unpacked): number {
  const it = number(value)
  if (!Number.isSafeInteger(it) || it < 0) throw new TypeError('a count was expected')
  return it
}

/** A time span in ms of a run. */
export function span(value: Unpacked): number {
  const it = number(value)
  if (it < 0 || it > longestMs) throw new TypeError('a time was expected')
  return it
}

/** 2^40 ms are 35 years. */
const longestMs = 2 ** 40

export function text(value: Unpacked): string {
  if (typeof value !== 'string') throw new TypeError('a text was expected')
  return value
}

export function flag(value: Unpacked): boolean {
  if (typeof value !== 'boolean') throw new TypeError('true or false was expected')
  return value
}

export function list(value: Unpacked): Unpacked[] {
  if (!Array.isArray(value)) throw new TypeError('a list was expected')
  return value
}

export function map(value: Unpacked): Record<string, Unpacked> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('a map was expected')
  return value as Record<string, Unpacked>
}

export function record<T>(value: Unpacked, of: (value: Unpacked) => T): Record<string, T> {
  const out: Record<string, T> = {}
  for (const [key, each] of Object.entries(map(value))) out[key] = of(each)
  return out
}

/** No finite number falls in a bucket beyond this. */
const lastBucket = bucketOf(Number.MAX_VALUE)

/**
 * Checks a histogram that came over a wire: pairs of valid, ascending buckets and counts, which together are no more than its count.
 * @throws TypeError
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
