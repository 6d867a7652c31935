import type { ByteReader, ByteWriter } from '../packed-bytes.ts'
import type { HistogramData } from '../snapshot.ts'
import type { SeriesWindow } from './series-window.ts'

/** A packed window without its buckets: five float64 and four short varints. */
export const windowHeadBytes = 5 * 8 + 4 * 3

/**
 * A window in as few bytes as it takes: where it begins (seconds after `origin`), its figures, then for each bucket the distance to the
 * one before and its count.
 */
export function writeWindow(writer: ByteWriter, origin: number, window: SeriesWindow): void {
  writer.varint(window.from - origin)
  writer.varint(window.failures)
  writer.varint(window.aborted)
  writer.float64(window.bytes)
  writeHistogram(writer, window.latency)
}

export function readWindow(reader: ByteReader, origin: number, widthSeconds: number): SeriesWindow {
  const from = origin + reader.varint()
  const failures = reader.varint()
  const aborted = reader.varint()
  const bytes = reader.float64()
  return { from, until: from + widthSeconds, failures, aborted, bytes, latency: readHistogram(reader) }
}

function writeHistogram(writer: ByteWriter, { count, sum, min, max, buckets }: HistogramData): void {
  writer.float64(count)
  writer.float64(sum)
  writer.float64(min)
  writer.float64(max)
  writer.varint(buckets.length / 2)
  let last = 0
  for (let i = 0; i < buckets.length; i += 2) {
    const bucket = buckets[i] as number
    // only the first can be negative or far away: the ids ascend
    writer.varint(i === 0 ? zigzag(bucket) : bucket - last)
    writer.wideVarint(buckets[i + 1] as number)
    last = bucket
  }
}

function readHistogram(reader: ByteReader): HistogramData {
  const [count, sum, min, max] = [reader.float64(), reader.float64(), reader.float64(), reader.float64()]
  const length = reader.varint()
  const buckets: number[] = []
  let last = 0
  for (let i = 0; i < length; i++) {
    last = i === 0 ? unzigzag(reader.varint()) : last + reader.varint()
    buckets.push(last, reader.wideVarint())
  }
  return { count, sum, min, max, buckets }
}

/** Small numbers of either sign as small numbers without one. */
function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}
