import { existsSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import { KatydidError } from '../errors.ts'
import { suggest } from '../plan/suggest.ts'
import { shownValue } from '../tasks/shown-value.ts'
import { encodingOf, encodingsHint } from './encoding.ts'
import type { FeedMode, FeedSpec, OnEnd } from './row-source.ts'

/** How a feed hands out its rows. */
export interface FeedOptions {
  /**
   * `sequential` (the default): in the file's order, shared by all users. `unique`: the same, and no row is given to two users of
   * the whole run, wherever they run. `random`: in a random order, each row once before any comes again.
   */
  mode?: FeedMode
  /**
   * When the rows are used up: `recycle` starts over, `stop` ends the run as if its time were over, `fail` ends it as broken. By
   * default a unique feed ends the run, and the load that is left counts as not delivered; the others recycle.
   */
  onEnd?: OnEnd
  /** Between the fields of CSV, one character: by default `,`, for .tsv files a tab, or what a first line `sep=;` says. */
  delimiter?: string
  /** Of the text: `utf-8` by default, `utf-16le`, `utf-16be`, `latin1`, `windows-1252` … A byte order mark goes before it. */
  encoding?: string
  /** By default from the file's name: .csv, .tsv, .txt · .jsonl, .ndjson · .json (one array). */
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
