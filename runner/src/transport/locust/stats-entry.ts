import { lowerBound } from '../../stats/buckets.ts'
import type { HistogramData, RequestDelta } from '../../stats/snapshot.ts'
import { type Encodable, float } from './encode.ts'

/** Collects one row of a report. */
export class StatsEntry {
  readonly #name: string
  readonly #method: string
  #lastS: number | undefined
  #requests = 0
  #failures = 0
  #sumMs = 0
  #minMs = Number.POSITIVE_INFINITY
  #maxMs = 0
  #bytes = 0
  readonly #responseTimes = new Map<number, number>()
  readonly #requestsBySecond = new Map<number, number>()
  readonly #failuresBySecond = new Map<number, number>()

  constructor(name: string, method: string) {
    this.#name = name
    this.#method = method
  }

  /** Adds an interval's requests. `secondS`: the epoch second in which they count. `endS`: when the interval was over. */
  add({ ok, failed, bytes }: RequestDelta, { secondS, endS }: { secondS: number; endS: number }): void {
    this.#lastS = Math.max(this.#lastS ?? endS, endS)
    this.#requests += ok.count + failed.count
    this.#failures += failed.count
    this.#bytes += bytes
    tally(this.#requestsBySecond, secondS, ok.count + failed.count)
    tally(this.#failuresBySecond, secondS, failed.count)
    this.#addTimes(ok)
    this.#addTimes(failed)
  }

  /** In Python's order of keys and with its types: a value that was not measured is the int 0, a measured one is a float. */
  toEncodable(startS: number): Encodable {
    const some = this.#requests > 0
    return {
      name: this.#name,
      method: this.#method,
      last_request_timestamp: this.#lastS === undefined ? null : float(this.#lastS),
      start_time: float(startS),
      num_requests: this.#requests,
      num_none_requests: 0,
      num_failures: this.#failures,
      total_response_time: some ? float(this.#sumMs) : 0,
      max_response_time: some ? float(this.#maxMs) : 0,
      min_response_time: some ? float(this.#minMs) : null,
      total_content_length: this.#bytes,
      response_times: this.#responseTimes,
      num_reqs_per_sec: this.#requestsBySecond,
      num_fail_per_sec: this.#failuresBySecond,
    }
  }

  #addTimes({ count, sum, min, max, buckets }: HistogramData): void {
    if (count === 0) return
    this.#sumMs += sum
    this.#minMs = Math.min(this.#minMs, min)
    this.#maxMs = Math.max(this.#maxMs, max)
    for (let i = 0; i < buckets.length; i += 2) {
      // all that is known of a bucket's values is that they are between `min` and `max`
      const ms = Math.min(max, Math.max(min, middleOf(buckets[i] as number)))
      tally(this.#responseTimes, roundResponseTime(ms), buckets[i + 1] as number)
    }
  }
}

function middleOf(bucket: number): number {
  return (lowerBound(bucket) + lowerBound(bucket + 1)) / 2
}

function tally(counts: Map<number, number>, key: number, more: number): void {
  if (more > 0) counts.set(key, (counts.get(key) ?? 0) + more)
}

/**
 * Rounds response times as Locust does: whole ms below 100, then two digits, thousands from 10,000. Halves go to the even multiple, as in
 * Python.
 *
 * @tested rounding as Locust was seen to round
 */
export function roundResponseTime(ms: number): number {
  if (ms < 100) return nearest(ms, 1)
  if (ms < 1_000) return nearest(ms, 10)
  if (ms < 10_000) return nearest(ms, 100)
  return nearest(ms, 1_000)
}

/** Uses the remainder, which is exact: a division would turn 114.99999999999999 into a half. */
function nearest(ms: number, unit: number): number {
  const over = ms % unit
  const below = ms - over
  if (over * 2 !== unit) return over * 2 > unit ? below + unit : below
  return (below / unit) % 2 === 0 ? below : below + unit
}
