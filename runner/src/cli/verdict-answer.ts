import { exitCodes, KatydidError, messageOf, type Outcome } from '../errors.ts'
import type { Progress } from '../outputs/run-progress.ts'
import type { MasterAddress } from './master-address.ts'

/** What a master says when it is asked for its verdict. */
export type VerdictAnswer = { run: string } & (
  | ({ kind: 'progress' } & Progress)
  | { kind: 'verdict'; outcome: Outcome; summary: string; result: unknown; startedAt?: string; toldAt?: string }
)

/** The master cannot be reached, for now at least; the message says why. */
export class Unreachable extends Error {}

export interface Question {
  waitSeconds: number
  /** With the whole result. */
  result: boolean
  /** The uid of the Job that asks; left out by people. */
  job?: string | undefined
  /** How long an answer may take beyond the wait. */
  patienceMs: number
  signal: AbortSignal
}

/**
 * Asks once. Rejects with Unreachable for what may pass, with a KatydidError where there is something else than a katydid master,
 * and with the signal's reason.
 */
export async function askForVerdict(master: MasterAddress, question: Question): Promise<VerdictAnswer> {
  const { waitSeconds, result, job, patienceMs, signal } = question
  const asker = job === undefined ? '' : `&job=${encodeURIComponent(job)}`
  const path = `/verdict?wait=${waitSeconds}${result ? '&result=1' : ''}${asker}`
  const late = AbortSignal.timeout(Math.ceil(waitSeconds * 1_000 + patienceMs))
  let status: number
  let text: string
  try {
    const response = await fetch(`${master.url}${path}`, {
      redirect: 'manual',
      signal: AbortSignal.any([late, signal]),
    })
    status = response.status
    text = await response.text()
  } catch (error) {
    signal.throwIfAborted()
    if (isNoHttp(error)) throw notKatydid(master, 'something that is not HTTP')
    throw new Unreachable(late.aborted ? 'no answer' : reasonOf(error))
  }
  // what stands between, or a master that is just coming up
  if (status >= 500) throw new Unreachable(`HTTP ${status}`)
  const answer = status === 200 || status === 202 ? parse(text) : undefined
  const read = answer && (status === 200 ? verdictOf(answer) : progressOf(answer))
  if (read) return read
  throw notKatydid(master, `HTTP ${status}`)
}

function notKatydid(master: MasterAddress, answer: string): KatydidError {
  return new KatydidError('USAGE', `${master.shown} is not a katydid master: it answered GET /verdict with ${answer}`, {
    hint: 'use the HTTP port of the master, by default 8089. Port 5557 is for workers',
  })
}

function verdictOf(answer: Record<string, unknown>): VerdictAnswer | undefined {
  const { run, outcome, summary, result, startedAt, toldAt } = answer
  if (typeof run !== 'string' || typeof summary !== 'string' || !isOutcome(outcome)) return undefined
  const started = typeof startedAt === 'string' ? { startedAt } : {}
  // whatever it is: a repetition is never taken for this Job's own
  const told = toldAt === undefined ? {} : { toldAt: String(toldAt) }
  return { kind: 'verdict', run, outcome, summary, result, ...started, ...told }
}

function progressOf(answer: Record<string, unknown>): VerdictAnswer | undefined {
  const { run, state } = answer
  if (typeof run !== 'string' || typeof state !== 'string') return undefined
  return { elapsedMs: 0, users: 0, requests: 0, failures: 0, ...answer, kind: 'progress' } as VerdictAnswer
}

function isOutcome(value: unknown): value is Outcome {
  return typeof value === 'string' && Object.hasOwn(exitCodes, value)
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function isNoHttp(error: unknown): boolean {
  const { cause } = error as { cause?: { name?: string } }
  return cause?.name === 'HTTPParserError'
}

/** `ECONNREFUSED`, `ENOTFOUND` … : fetch keeps it in the cause, or, where a name has several addresses, in the causes of that. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: string; message?: string; errors?: { code?: string }[] } }
  const code = cause?.code ?? cause?.errors?.[0]?.code
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `its name cannot be resolved: ${code}`
  // undici's own codes say less than its words
  if (code !== undefined && !code.startsWith('UND_')) return code
  return cause?.message ?? messageOf(error)
}
