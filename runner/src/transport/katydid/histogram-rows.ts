import { ByteReader, ByteWriter } from '../../stats/packed-bytes.ts'
import type { HistogramData } from '../../stats/snapshot.ts'
import { type NameTable, packHistogram, unpackHistogram } from './request-rows.ts'
import type { Unpacked } from './unpacked.ts'

/** A histogram of one (method, name). */
export interface HistogramRow {
  method: string
  name: string
  histogram: HistogramData
}

/** As bytes, as the rows of requests are. */
export function packHistogramRows(rows: readonly HistogramRow[], names: NameTable): Uint8Array {
  const writer = new ByteWriter()
  for (const row of rows) {
    writer.varint(names.indexOf(row))
    packHistogram(writer, row.histogram)
  }
  return writer.written().slice()
}

/** @throws TypeError or RangeError where it is none */
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
