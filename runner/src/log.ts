import { createRequire } from 'node:module'
import type { Logger } from 'pino'
import type { prettyFactory } from 'pino-pretty'
import { KatydidError } from './errors.ts'
import { printable } from './printable.ts'
import { createRedact, type Redact, redactDeep } from './redact.ts'
import { writeClean } from './secrets/redactions.ts'

/** What the program says of itself: always to stderr, since stdout carries reports. */
export type Log = Pick<Logger, LogLevel>

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const
type LogLevel = (typeof levels)[number]

/** Locust's names for ours. */
const synonyms: Record<string, string> = { warning: 'warn', critical: 'fatal', off: 'silent' }

export interface LogOptions {
  format: 'json' | 'pretty'
  /** Least level that is logged: trace … fatal, silent, or as Locust says it: INFO, WARNING … */
  level: string
  /** The secrets, in every form they may take in a text, or what takes them out of one: more may become known later. */
  redact: readonly string[] | Redact
  /** Left out: this process's stderr. */
  stream?: { write(text: string): unknown; isTTY?: boolean; hasColors?(): boolean }
}

/**
 * A log that is written before the call returns, so that nothing is lost when the process ends. Throws a KatydidError for a level
 * there is none of.
 */
export async function createLog(options: LogOptions): Promise<Log> {
  const level = levelOf(options.level)
  const { pino } = await import('pino')
  const stream = options.stream ?? process.stderr
  const clean = redactLines(createRedact(options.redact))
  const show = options.format === 'json' ? (line: string) => line : prettyLines(Boolean(stream.hasColors?.()))
  const log: Log = pino({ level, base: null }, { write: (line: string) => writeClean(stream, show(clean(line))) })
  return log
}

function levelOf(asked: string): string {
  const level = synonyms[asked.toLowerCase()] ?? asked.toLowerCase()
  if (level === 'silent' || levels.some((known) => known === level)) return level
  throw new KatydidError('USAGE', `unknown log level ${JSON.stringify(asked)}`, {
    hint: `use ${levels.join(', ')} or silent`,
  })
}

/** A line is JSON and stays it: a secret may contain what JSON would write otherwise. */
function redactLines(redact: Redact): (line: string) => string {
  return (line) => (redact(line) === line ? line : `${JSON.stringify(cleanEntry(JSON.parse(line), redact))}\n`)
}

/** Of a line, and of the error in it, these keys are ours; whoever logs brings others. */
function cleanEntry(entry: Record<string, unknown>, redact: Redact): Record<string, unknown> {
  const { level, time, msg, err, ...more } = entry
  const clean = {
    level,
    time,
    ...(err === undefined ? {} : { err: cleanError(err, redact) }),
    ...redactDeep(more, redact),
  }
  return { ...clean, msg: redactDeep(msg, redact) }
}

function cleanError(error: unknown, redact: Redact): unknown {
  if (typeof error !== 'object' || error === null) return redactDeep(error, redact)
  const { type, message, stack, ...more } = error as Record<string, unknown>
  return { ...redactDeep({ type, message, stack }, redact, {}), ...redactDeep(more, redact) }
}

/** pino-pretty is loaded for the first line: most runs log none, and need not wait for it. */
function prettyLines(colorize: boolean): (line: string) => string {
  let format: ReturnType<typeof prettyFactory> | undefined
  return (line) => {
    if (!format) {
      const pretty = createRequire(import.meta.url)('pino-pretty') as { prettyFactory: typeof prettyFactory }
      format = pretty.prettyFactory({ colorize, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname' })
    }
    const entry = JSON.parse(line) as { msg?: unknown }
    return format(typeof entry.msg === 'string' ? { ...entry, msg: printable(entry.msg) } : entry)
  }
}
