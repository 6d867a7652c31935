import { latencyBuckets } from '../buckets.ts'
import { windowHeadBytes } from './packed-window.ts'
import { secondsPerBlock, windowsPerBlock } from './series-name.ts'
import { maxWindows, recentSeconds } from './series-window.ts'

/** Distance and count of a bucket: one byte and two, for gaps below an octave and up to 32,767 answers; 15 bits more cost two bytes more. */
const bytesPerBucket = 3
/** An array of its own with what V8 and the allocator keep about it, and the block's object. */
const bytesPerBlock = 512

export interface SeriesSpread {
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
