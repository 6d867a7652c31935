import { closeSync, openSync, readFileSync, readSync, type Stats, statSync } from 'node:fs'
import { KatydidError } from '../errors.ts'
import { DecodedText } from './decoded-text.ts'
import { byteOrderMark, encodingOf } from './encoding.ts'
import { feedError } from './feed-error.ts'
import { MemoryRows } from './memory-rows.ts'
import type { RowParser } from './row-parser.ts'
import { rowParser } from './row-parsers.ts'
import type { FeedSpec, RowSource } from './row-source.ts'
import { ShuffledRows } from './shuffled-rows.ts'
import { StreamedRows } from './streamed-rows.ts'

const smallBytes = 1024 * 1024
/** Of what can only be read as a whole. */
const maxWholeBytes = 32 * 1024 * 1024
const headBytes = 64 * 1024

/**
 * Opens a feed's file on this machine. What is small is read and checked at once, so that a mistake in it shows before any
 * load; of what is large the beginning is checked, and it is read as it is used.
 *
 * @throws KatydidError FEED where the file is missing, empty or malformed
 */
export function openLocalRows(spec: FeedSpec): RowSource {
  const size = sizeOf(spec)
  const wide = size > smallBytes ? wideEncoding(spec, firstBytes(spec, 4)) : undefined
  if (wide !== undefined && size > maxWholeBytes)
    throw feedError(
      spec.shown,
      undefined,
      `is larger than 32 MiB, and ${wide} files have this limit`,
      `convert it to UTF-8, which has no limit: iconv -f ${wide} -t utf-8`,
    )
  if (spec.format === 'json') return new MemoryRows(readArray(spec, size), spec)
  if (size <= smallBytes || wide !== undefined) return new MemoryRows(readAll(spec), spec)
  checkHead(spec)
  return spec.mode === 'random' ? new ShuffledRows(spec) : new StreamedRows(spec)
}

function sizeOf({ file, shown }: FeedSpec): number {
  let stats: Stats
  try {
    stats = statSync(file)
  } catch (error) {
    throw unreadable(shown, error, file)
  }
  if (stats.isDirectory()) throw feedError(shown, undefined, 'is a directory')
  if (stats.isFile() && stats.size === 0) throw feedError(shown, undefined, 'is empty')
  return stats.size
}

function readAll(spec: FeedSpec): unknown[] {
  const { bytes, encoding } = contents(spec)
  const rows = rowsIn(rowParser({ ...spec, encoding }), bytes, true)
  if (rows.length === 0)
    throw feedError(spec.shown, undefined, spec.format === 'csv' ? 'has a header but no rows' : 'has no rows')
  return rows
}

function readArray(spec: FeedSpec, size: number): unknown[] {
  const { shown } = spec
  const hint = 'write a .json feed as one array of rows, or use a .jsonl file with one row on each line'
  if (size > maxWholeBytes)
    throw feedError(
      shown,
      undefined,
      'is a JSON array larger than 32 MiB',
      'use a .jsonl file with one row on each line: it has no limit',
    )
  let value: unknown
  try {
    const { bytes, encoding } = contents(spec)
    const text = new DecodedText({ shown, encoding }).of(bytes, 0, bytes.length, Number.NaN)
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    if (error instanceof KatydidError) throw error
    throw feedError(shown, undefined, `is not JSON: ${(error as Error).message}`, hint)
  }
  if (!Array.isArray(value)) throw feedError(shown, undefined, 'is JSON, but not an array', hint)
  if (value.length === 0) throw feedError(shown, undefined, 'has no rows')
  return value
}

/** UTF-16, in which bytes cannot be cut into fields: told by its byte order mark, or by its feed. */
function wideEncoding({ shown, encoding }: FeedSpec, bytes: Buffer): string | undefined {
  const mark = byteOrderMark(bytes)
  if (mark === 'utf-32') throw feedError(shown, undefined, 'is UTF-32', 'save it as UTF-8')
  if (mark !== undefined) return mark === 'utf-8' ? undefined : mark
  return encodingOf(encoding)?.kind === 'utf-16' ? encoding : undefined
}

/** All of a file, and the encoding it is in now: UTF-16 becomes UTF-8. */
function contents(spec: FeedSpec): { bytes: Buffer; encoding: string } {
  const { file, shown } = spec
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (error) {
    throw unreadable(shown, error, file)
  }
  const wide = wideEncoding(spec, bytes)
  if (wide === undefined) return { bytes, encoding: byteOrderMark(bytes) ?? spec.encoding }
  try {
    return { bytes: Buffer.from(new TextDecoder(wide, { fatal: true }).decode(bytes)), encoding: 'utf-8' }
  } catch {
    throw feedError(shown, undefined, `is not ${wide}`, 'save it as UTF-8')
  }
}

function firstBytes({ file, shown }: FeedSpec, count: number): Buffer {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch (error) {
    throw unreadable(shown, error, file)
  }
  try {
    const bytes = Buffer.allocUnsafe(count)
    return bytes.subarray(0, readSync(descriptor, bytes, 0, count, 0))
  } finally {
    closeSync(descriptor)
  }
}

function checkHead(spec: FeedSpec): void {
  rowsIn(rowParser(spec), firstBytes(spec, headBytes), false)
}

function rowsIn(parser: RowParser, bytes: Buffer, last: boolean): unknown[] {
  const rows: unknown[] = []
  parser.parse(bytes, last, (row) => {
    rows.push(row)
    return true
  })
  return rows
}

function unreadable(shown: string, error: unknown, file: string) {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return feedError(
      shown,
      undefined,
      'does not exist',
      `katydid looked for ${file}: paths are relative to the load file`,
    )
  return feedError(
    shown,
    undefined,
    `cannot be read: ${code === 'EACCES' ? 'permission denied' : String(code ?? error)}`,
  )
}
