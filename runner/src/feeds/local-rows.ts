import { closeSync, openSync, readFileSync, readSync, type Stats, statSync } from 'node:fs'
import { feedError } from './feed-error.ts'
import { MemoryRows } from './memory-rows.ts'
import { type RowParser, rowParser } from './row-parser.ts'
import type { FeedSpec, RowSource } from './row-source.ts'
import { ShuffledRows } from './shuffled-rows.ts'
import { StreamedRows } from './streamed-rows.ts'

const smallBytes = 1024 * 1024
const maxJsonBytes = 32 * 1024 * 1024
const headBytes = 64 * 1024

/**
 * Opens a feed's file on this machine. What is small is read and checked at once, so that a mistake in it shows before any
 * load; of what is large the beginning is checked, and it is read as it is used.
 *
 * @throws KatydidError FEED where the file is missing, empty or malformed
 */
export function openLocalRows(spec: FeedSpec): RowSource {
  const size = sizeOf(spec)
  if (spec.format === 'json') return new MemoryRows(readArray(spec, size), spec)
  if (size <= smallBytes) return new MemoryRows(readAll(spec), spec)
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
  const parser = rowParser(spec)
  const rows = rowsIn(parser, contents(spec), true)
  if (rows.length === 0)
    throw feedError(spec.shown, undefined, spec.format === 'csv' ? 'has a header but no rows' : 'has no rows')
  return rows
}

function readArray(spec: FeedSpec, size: number): unknown[] {
  const { shown } = spec
  const hint = 'a .json feed is one array of rows; each row on a line of its own is .jsonl'
  if (size > maxJsonBytes)
    throw feedError(shown, undefined, 'is a JSON array of more than 32 MiB', `${hint}, of any length`)
  let value: unknown
  try {
    value = JSON.parse(
      contents(spec)
        .toString()
        .replace(/^\uFEFF/, ''),
    )
  } catch (error) {
    throw feedError(shown, undefined, `is no JSON: ${(error as Error).message}`, hint)
  }
  if (!Array.isArray(value)) throw feedError(shown, undefined, 'is JSON but no array', hint)
  if (value.length === 0) throw feedError(shown, undefined, 'has no rows')
  return value
}

function contents({ file, shown }: FeedSpec): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw unreadable(shown, error, file)
  }
}

function checkHead(spec: FeedSpec): void {
  let descriptor: number
  try {
    descriptor = openSync(spec.file, 'r')
  } catch (error) {
    throw unreadable(spec.shown, error, spec.file)
  }
  try {
    const bytes = Buffer.allocUnsafe(headBytes)
    rowsIn(rowParser(spec), bytes.subarray(0, readSync(descriptor, bytes, 0, headBytes, 0)), false)
  } finally {
    closeSync(descriptor)
  }
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
    return feedError(shown, undefined, 'does not exist', `looked for ${file}: paths are relative to the load file`)
  return feedError(
    shown,
    undefined,
    `cannot be read: ${code === 'EACCES' ? 'permission denied' : String(code ?? error)}`,
  )
}
