import { firstLatencyBucket, latencyBuckets } from '../../stats/buckets.ts'
import { ByteReader, ByteWriter } from '../../stats/packed-bytes.ts'
import type { HistogramData, RequestDelta } from '../../stats/snapshot.ts'
import { list, text, type Unpacked } from './unpacked.ts'

/*
 * Packs the requests of a report as bytes. A master with thousands of workers spends its time here, so names are sent once per report and not
 * once per second, and rows are read without creating an object for each value.
 */

/** The (method, name) pairs of a report, each once. Rows refer to them by index. */
export class NameTable {
  readonly names: string[] = []
  readonly #indexes = new Map<string, number>()

  indexOf({ method, name }: { method: string; name: string }): number {
    const key = `${method}\n${name}`
    let index = this.#indexes.get(key)
    if (index === undefined) {
      this.#indexes.set(key, (index = this.#indexes.size))
      this.names.push(method, name)
    }
    return index
  }
}

/** Reads the pairs: two texts for each. */
export function unpackNames(packed: Unpacked): string[] {
  const names = list(packed).map(text)
  if (names.length % 2 !== 0) throw new TypeError('a method without a name')
  return names
}

/** What a row has besides its successes. */
const has = { failed: 1, scheduled: 2, aborted: 4, hops: 8 }

const bucketsEnd = firstLatencyBucket + latencyBuckets
/** A step holds a distance and one bit. Below this limit all values are small integers; anything else costs twice the CPU. */
const stepsEnd = bucketsEnd * 2
const firstStep = firstLatencyBucket * 2

const writer = new ByteWriter()

export function packRows(requests: readonly RequestDelta[], names: NameTable): Uint8Array {
  writer.clear()
  for (const request of requests) packRow(request, names.indexOf(request))
  return writer.written().slice()
}

export function unpackRows(packed: Unpacked, names: readonly string[]): RequestDelta[] {
  if (!(packed instanceof Uint8Array)) throw new TypeError('bytes were expected')
  const reader = new ByteReader(packed)
  const requests: RequestDelta[] = []
  while (!reader.done) requests.push(unpackRow(reader, names))
  return requests
}

function packRow({ ok, failed, scheduled, aborted, hops, bytes }: RequestDelta, index: number): void {
  writer.varint(index)
  writer.varint(
    (failed.count > 0 ? has.failed : 0) |
      (scheduled ? has.scheduled : 0) |
      (aborted > 0 ? has.aborted : 0) |
      (hops > 0 ? has.hops : 0),
  )
  packHistogram(writer, ok)
  if (failed.count > 0) packHistogram(writer, failed)
  if (scheduled) packHistogram(writer, scheduled)
  if (aborted > 0) writer.varint(aborted)
  if (hops > 0) writer.varint(hops)
  writer.varint(bytes)
}

function unpackRow(reader: ByteReader, names: readonly string[]): RequestDelta {
  const at = reader.varint() * 2
  const [method, name] = [names[at], names[at + 1]]
  if (method === undefined || name === undefined) throw new TypeError('a row of no name')
  const more = reader.varint()
  const ok = unpackHistogram(reader)
  const failed = more & has.failed ? unpackHistogram(reader) : none()
  const scheduled = more & has.scheduled ? unpackHistogram(reader) : undefined
  const aborted = more & has.aborted ? reader.varint() : 0
  const hops = more & has.hops ? reader.varint() : 0
  const bytes = reader.varint()
  return scheduled
    ? { method, name, ok, failed, scheduled, aborted, hops, bytes }
    : { method, name, ok, failed, aborted, hops, bytes }
}

function packHistogram(writer: ByteWriter, { count, sum, min, max, buckets }: HistogramData): void {
  writer.varint(count)
  if (count === 0) return
  writer.varint(buckets.length / 2)
  if (buckets.length === 0) return // requests without a time
  writer.float64(sum)
  writer.float64(min)
  writer.float64(max)
  let last = 0
  for (let i = 0; i < buckets.length; i += 2) {
    const bucket = buckets[i] as number
    const times = buckets[i + 1] as number
    // most buckets have the count 1, which is one bit of the distance to the bucket before
    writer.varint((bucket - last) * 2 + (times === 1 ? 0 : 1))
    if (times !== 1) writer.varint(times)
    last = bucket
  }
}

function unpackHistogram(reader: ByteReader): HistogramData {
  const count = reader.varint()
  const length = count === 0 ? 0 : reader.varint()
  if (length === 0) return { ...none(), count }
  const sum = finite(reader.float64())
  const min = finite(reader.float64())
  const max = finite(reader.float64())
  const buckets: number[] = []
  let bucket = 0
  for (let i = 0; i < length; i++) {
    const step = reader.varint()
    // the aggregate has an array for latency buckets and no room for others
    if (step >= stepsEnd || (i === 0 && step < firstStep)) throw new TypeError('there is no such bucket of a latency')
    if (step < 2 && i > 0) throw new TypeError('buckets do not ascend')
    bucket += step >> 1
    buckets.push(bucket, (step & 1) === 0 ? 1 : reader.varint())
  }
  if (bucket >= bucketsEnd) throw new TypeError('there is no such bucket of a latency')
  return { count, sum, min, max, buckets }
}

function none(): HistogramData {
  return { count: 0, sum: 0, min: 0, max: 0, buckets: [] }
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new TypeError('a number was expected')
  return value
}

/** The histogram of one (method, name). */
export interface HistogramRow {
  method: string
  name: string
  histogram: HistogramData
}

/** Packs them like the rows of requests. */
export function packHistogramRows(rows: readonly HistogramRow[], names: NameTable): Uint8Array {
  const writer = new ByteWriter()
  for (const row of rows) {
    writer.varint(names.indexOf(row))
    packHistogram(writer, row.histogram)
  }
  return writer.written().slice()
}

/** @throws TypeError or RangeError if it is invalid */
export function unpackHistogramRows(packed: Unpacked, names: readonly string[]): HistogramRow[] {
  if (!(packed instanceof Uint8Array)) throw new TypeError('bytes were expected')
  const reader = new ByteReader(packed)
  const rows: HistogramRow[] = []
  while (!reader.done) {
    const at = reader.varint() * 2
    const [method, name] = [names[at], names[at + 1]]
    if (method === undefined || name === undefined) throw new TypeError('a row of no name')
    rows.push({ method, name, histogram: unpackHistogram(reader) })
  }
  return rows
}
