import { existsSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import { KatydidError } from '../errors.ts'
import { suggest } from '../plan/suggest.ts'
import { shownValue } from '../tasks/shown-value.ts'
import { encodingOf, encodingsHint } from './encoding.ts'
import type { FeedMode, FeedSpec, OnEnd } from './row-source.ts'

/** How a feed reads its file and gives out its rows. */
export interface FeedOptions {
  /**
   * `sequential` (the default): users share the rows, in the order of the file. `unique`: like `sequential`, but no two users of
   * the run get the same row, on any worker. `random`: in random order. Each row is used once before a row repeats.
   */
  mode?: FeedMode
  /**
   * What happens when the rows are used up. `recycle` starts again with the first row. `stop` ends the run as if its run time
   * were over. `fail` ends the run as broken. Default: `sequential` and `random` recycle. A `unique` feed ends the run, and the
   * rest of the load counts as not delivered.
   */
  onEnd?: OnEnd
  /** The character between the fields of CSV. Default: `,`, a tab for .tsv files, or the one in a first line `sep=;`. */
  delimiter?: string
  /** Encoding of the file: `utf-8` (the default), `utf-16le`, `utf-16be`, `latin1`, `windows-1252` … A byte order mark overrides it. */
  encoding?: string
  /** Default: from the file name. `csv` for .csv, .tsv, .txt. `jsonl` for .jsonl, .ndjson. `json` (one array) for .json. */
  format?: FeedSpec['format']
}

const modes = ['unique', 'sequential', 'random'] as const
const ends = ['stop', 'recycle', 'fail'] as const
const formats = ['csv', 'jsonl', 'json'] as const
const known = ['mode', 'onEnd', 'delimiter', 'encoding', 'format'] as const
const formatByExtension: Record<string, FeedSpec['format']> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.txt': 'csv',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.json': 'json',
}

/** @internal What is asked for, checked. A path is relative to the load file, or, where nothing is there, to the working directory. */
export function feedSpec(file: string, options: FeedOptions, folder: string | undefined): FeedSpec {
  if (typeof file !== 'string' || file === '') throw mistake('feed() needs the path of a file', "feed('users.csv')")
  const extension = extname(file).toLowerCase()
  for (const key of Object.keys(options)) {
    if ((known as readonly string[]).includes(key)) continue
    const meant = suggest(key, known)
    throw mistake(
      `The feed ${file} has the unknown option ${key}`,
      `${meant ? `did you mean ${meant}? ` : ''}use one of ${known.join(', ')}`,
    )
  }
  const { mode = 'sequential', delimiter = extension === '.tsv' ? '\t' : ',' } = options
  const { onEnd = mode === 'unique' ? 'stop' : 'recycle', format = formatByExtension[extension] } = options
  oneOf(file, 'mode', mode, modes)
  oneOf(file, 'onEnd', onEnd, ends)
  oneOf(file, 'format', format ?? `unknown for ${extension || 'a file name without an extension'}`, formats)
  if (typeof delimiter !== 'string' || !/^[\t\x20-\x7e]$/.test(delimiter) || delimiter === '"')
    throw mistake(
      `The feed ${file} has the delimiter ${JSON.stringify(delimiter)}`,
      "use one ASCII character, for example ';' or '\\t'",
    )
  const encoding = typeof options.encoding === 'string' ? encodingOf(options.encoding) : undefined
  if (options.encoding !== undefined && !encoding)
    throw mistake(`The feed ${file} has the encoding ${shownValue(options.encoding)}`, encodingsHint)
  return {
    ...{
      file: pathOf(file, folder),
      shown: file,
      format: format as FeedSpec['format'],
      mode,
      onEnd,
      onEndStated: options.onEnd !== undefined,
    },
    ...{ delimiter, delimiterStated: options.delimiter !== undefined, encoding: encoding?.name ?? 'utf-8' },
  }
}

function pathOf(file: string, folder: string | undefined): string {
  const beside = resolve(folder ?? '.', file)
  return existsSync(beside) || !existsSync(resolve(file)) ? beside : resolve(file)
}

function oneOf(file: string, option: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return
  const meant = typeof value === 'string' ? suggest(value, allowed) : undefined
  throw mistake(
    `The feed ${file} has the ${option} ${String(value)}`,
    `${meant ? `did you mean ${meant}? ` : ''}use one of ${allowed.join(', ')}`,
  )
}

function mistake(message: string, hint: string): KatydidError {
  return new KatydidError('FEED', message, { hint })
}
