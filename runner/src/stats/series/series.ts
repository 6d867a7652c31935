import { latencyBuckets } from '../buckets.ts'
import { mergeHistograms } from '../merge.ts'
import type { RequestDelta, RunInterval } from '../snapshot.ts'
import { totalName } from '../total-name.ts'
import { windowHeadBytes } from './packed-window.ts'
import { NameSeries, secondsPerBlock, windowsPerBlock } from './series-name.ts'
import { OpenWindow } from './series-open.ts'
import { maxWindows, recentSeconds, type Series, type SeriesWindow } from './series-window.ts'

export type { Series, SeriesWindow } from './series-window.ts'

export type IsWanted = (group: Pick<Series, 'method' | 'name'>) => boolean

/** Each name gets its upkeep once in so many seconds: widening a name takes at most 16 times, and the next is at least 512 s away. */
const upkeepSeconds = 32

/**
 * The run over time, in bounded memory (design/003, `seriesBoundBytes`): for each name at most 512 windows of the whole run, which double
 * their width when they are full, and the last 600 seconds one by one. Nothing is averaged: windows merge by adding histograms.
 */
export class SeriesStore {
  readonly #names = new Map<string, Map<string, NameSeries>>()
  readonly #total = new NameSeries('', totalName)
  readonly #all: NameSeries[] = [this.#total]
  readonly #sum = new OpenWindow()
  #newestSecond = -1
  #nextUpkeep = 0

  /** One second of the run; seconds may be missing, late or long. An interval of several seconds counts where it began. */
  add({ second, stats: { requests } }: RunInterval): void {
    this.#newestSecond = Math.max(this.#newestSecond, second)
    for (const request of requests) {
      const window = windowOf(second, request)
      this.#sum.add(window)
      this.#of(request.method, request.name).add(window)
    }
    if (requests.length > 0) this.#total.add(this.#sum.take(second, second + 1))
    this.#upkeep()
  }

  /**
   * The whole run in equal windows of 1, 2, 4, … s, at most 512 of a group. The total first (`method` '', `name` 'Aggregated'), then each
   * group; all, or those that are wanted. Each is unpacked when it is asked for: a week of 500 names at once would be gigabytes.
   */
  *series(isWanted: IsWanted = () => true): Iterable<Series> {
    for (const group of this.#groups(isWanted)) yield group.read()
  }

  /** The last 10 minutes, second by second, otherwise as `series()`. */
  *recent(isWanted: IsWanted = () => true): Iterable<Series> {
    for (const group of this.#groups(isWanted)) yield group.readRecent(this.#newestSecond)
  }

  /** Those there are now; names that come while a reader takes its time are for the next one. */
  #groups(isWanted: IsWanted): NameSeries[] {
    return this.#names.size === 0 ? [] : this.#all.filter(isWanted)
  }

  #upkeep(): void {
    for (let left = Math.ceil(this.#all.length / upkeepSeconds); left > 0; left--) {
      this.#nextUpkeep = (this.#nextUpkeep + 1) % this.#all.length
      this.#all[this.#nextUpkeep]?.upkeep(this.#newestSecond)
    }
  }

  #of(method: string, name: string): NameSeries {
    let names = this.#names.get(method)
    if (!names) this.#names.set(method, (names = new Map()))
    let series = names.get(name)
    if (!series) {
      names.set(name, (series = new NameSeries(method, name)))
      this.#all.push(series)
    }
    return series
  }
}

function windowOf(second: number, { ok, failed, aborted, bytes }: RequestDelta): SeriesWindow {
  const latency = mergeHistograms(ok, failed)
  return { from: second, until: second + 1, failures: failed.count, aborted, bytes, latency }
}

/** Distance and count of a bucket: one byte and two, for gaps below an octave and up to 32,767 answers; 15 bits more cost two bytes more. */
const bytesPerBucket = 3
/** An array of its own with what V8 and the allocator keep about it, and the block's object. */
const bytesPerBlock = 512

interface SeriesSpread {
  names: number
  /** Different latency buckets a window of the whole run has: 128 an octave. */
  bucketsPerWindow: number
  /** The same for one second. */
  bucketsPerSecond: number
}

/**
 * What a `SeriesStore` can come to, in bytes, however long the run is: all windows of all names taken, newest blocks half empty, and a
 * widening under way (up to half as many windows again wait for it). It depends on how latencies are spread, not on how many there are or for how long.
 *
 * @tested the bound of design 003, against what a store takes
 */
export function seriesBoundBytes({ names, bucketsPerWindow, bucketsPerSecond }: SeriesSpread): number {
  const packed = (buckets: number) => windowHeadBytes + buckets * bytesPerBucket
  const windows = maxWindows + maxWindows / 2 + windowsPerBlock
  const seconds = recentSeconds + 2 * secondsPerBlock + 32
  const blocks = windows / windowsPerBlock + seconds / secondsPerBlock
  const open = Math.min(latencyBuckets, bucketsPerWindow + 256) * 8
  const wide = windows * packed(bucketsPerWindow) + blocks * bytesPerBlock + open
  // each second of the total has the buckets of all names
  return Math.ceil((names + 1) * wide + seconds * (names * packed(bucketsPerSecond) + packed(bucketsPerWindow)))
}
