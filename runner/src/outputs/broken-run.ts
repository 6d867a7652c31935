import { type ErrorCode, exitCodes, KatydidError, messageOf } from '../errors.ts'
import type { RunFinish, RunStart } from '../facts/run.ts'
import type { RunEvent } from '../facts/run-event.ts'
import type { Finding } from '../facts/verdict.ts'
import { Aggregate } from '../stats/aggregate.ts'
import { printable } from './console/text-width.ts'

/** What there was of a run until an error ended it; no start where it had none. */
export interface SoFar {
  start: RunStart | undefined
  events: RunEvent[]
  elapsedMs: number
  users: RunFinish['users']
  /** Of what was planned, not of what it came to. */
  delivered: Pick<RunFinish, 'load' | 'arrivals'>
}

/** Of a run that an error kept from beginning. */
export const nothingYet: SoFar = {
  start: undefined,
  events: [],
  elapsedMs: 0,
  users: { peak: 0, byClass: {} },
  delivered: {},
}

/** A run that an error ended, before its start or out of order: what is known of it, with the error as its one finding. */
export function brokenRun(error: unknown, { start, events, elapsedMs, users, delivered }: SoFar): RunFinish {
  return {
    verdict: { outcome: 'broken', exitCode: exitCodes.broken, findings: [findingOf(error)] },
    identity: start?.identity,
    startedAt: start?.startedAt ?? Date.now(),
    durationMs: elapsedMs,
    stats: start?.stats ?? new Aggregate(),
    series: start?.series ?? { series: () => [] },
    events,
    workers: start?.workers() ?? [],
    health: {
      intervals: 0,
      saturatedIntervals: 0,
      loopDelayMaxMs: 0,
      loopDelayMeanMs: 0,
      cpuPercentMax: 0,
      cpuPercentMean: 0,
      gcMs: 0,
      rssBytesMax: 0,
    },
    users,
    ...delivered,
  }
}

/** As the command line tells it, on as many lines as its hint has. */
export function errorLines(error: unknown): string[] {
  return [...sentenceOf(error).split('\n'), ...hintLines(error).map((line) => `  ${line}`)].map(printable)
}

function findingOf(error: unknown): Finding {
  const shortHint = (error instanceof KatydidError && error.shortHint) || ''
  const hint = shortHint
    .split('\n')
    .map((line) => line.trim())
    .join('; ')
  const text = hint === '' ? sentenceOf(error) : `${sentenceOf(error)} (${hint})`
  return {
    outcome: 'broken',
    kind: error instanceof KatydidError ? (error.code.toLowerCase() as Lowercase<ErrorCode>) : 'internal',
    text,
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof KatydidError) return error.message
  return `internal error: ${messageOf(error)}`
}

function hintLines(error: unknown): string[] {
  return error instanceof KatydidError && error.hint ? error.hint.split('\n') : []
}
