import { ratio } from '../stats/format.ts'
import { Histogram } from '../stats/histogram.ts'
import { mergeHistograms } from '../stats/merge.ts'
import type { HistogramData, RunInterval } from '../stats/snapshot.ts'

const nothing: HistogramData = { count: 0, sum: 0, min: 0, max: 0, buckets: [] }

/** What was answered in a stretch of time. */
export class Recent {
  readonly requests: number
  readonly failures: number
  readonly seconds: number
  readonly latency: HistogramData
  /** What was given up in it without an answer, and what waits at its end. */
  readonly waiting: HistogramData

  constructor(seconds: number, failures: number, latency: HistogramData, waiting = nothing) {
    this.waiting = waiting
    this.requests = latency.count
    this.failures = failures
    this.seconds = seconds
    this.latency = latency
  }

  get rps(): number {
    return ratio(this.requests, this.seconds)
  }

  get failuresPerSecond(): number {
    return ratio(this.failures, this.seconds)
  }

  get failRatio(): number {
    return ratio(this.failures, this.requests)
  }
}

interface Kept {
  interval: RunInterval
  total: HistogramData
  givenUp: HistogramData
  failures: number
}

/** The newest intervals of a run: what "now" means in reports, which say how long it is. */
export class RecentIntervals {
  readonly #most: number
  #kept: Kept[] = []

  constructor(most: number) {
    this.#most = most
  }

  add(interval: RunInterval): void {
    const total = new Histogram()
    let failures = 0
    let givenUp = nothing
    for (const { ok, failed, unanswered = nothing } of interval.stats.requests) {
      total.merge(ok).merge(failed)
      failures += failed.count
      givenUp = mergeHistograms(givenUp, unanswered)
    }
    this.#kept.push({ interval, total: total.toData(), givenUp, failures })
    if (this.#kept.length > this.#most) this.#kept.shift()
  }

  clear(): void {
    this.#kept = []
  }

  get seconds(): number {
    return this.#kept.reduce((sum, { interval }) => sum + interval.durationMs, 0) / 1_000
  }

  total(): Recent {
    return new Recent(
      this.seconds,
      this.#kept.reduce((sum, { failures }) => sum + failures, 0),
      this.#kept.reduce((sum, { total }) => mergeHistograms(sum, total), nothing),
      [...this.#kept.map(({ givenUp }) => givenUp), ...this.#waiting].reduce(mergeHistograms, nothing),
    )
  }

  get #waiting(): HistogramData[] {
    return this.#kept.at(-1)?.interval.waiting?.map(({ ages }) => ages) ?? []
  }

  /** The same by request group; keys are `method name`. Groups that had no answers are left out. */
  groups(): Map<string, Recent> {
    const sums = new Map<string, { failures: number; latency: HistogramData }>()
    for (const { interval } of this.#kept)
      for (const { method, name, ok, failed } of interval.stats.requests) {
        const key = `${method} ${name}`
        const sum = sums.get(key) ?? { failures: 0, latency: nothing }
        sum.failures += failed.count
        sum.latency = mergeHistograms(mergeHistograms(sum.latency, ok), failed)
        sums.set(key, sum)
      }
    const { seconds } = this
    return new Map([...sums].map(([key, { failures, latency }]) => [key, new Recent(seconds, failures, latency)]))
  }
}
