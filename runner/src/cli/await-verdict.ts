import { setTimeout as sleep } from 'node:timers/promises'
import type { Progress } from '../outputs/run-progress.ts'
import { dash, formatClock, formatCount, formatMs, formatNumber, formatPercent, formatSpan } from '../stats/format.ts'
import type { MasterAddress } from './master-address.ts'
import { askForVerdict, Unreachable, type VerdictAnswer } from './verdict-answer.ts'

export interface Waiting {
  master: MasterAddress
  /** Of the whole wait; undefined: as long as it takes. */
  timeoutMs: number | undefined
  /** Of the wait until the run is found for the first time; undefined: as long as the whole. */
  reachMs?: number | undefined
  /** Of the run whose verdict is wanted: another's is nobody's. Left out: whichever the master has. */
  token?: string | undefined
  /** The uid of the Job that waits: to another Job than the first a verdict is one of an earlier run. */
  job?: string | undefined
  /** With the whole result. */
  result: boolean
  /** A line for people while there is no verdict. */
  say(line: string): void
  signal: AbortSignal
  /** How long a master that was there may be gone. */
  awayMs?: number | undefined
  /** Between lines of progress; also how long one question waits. */
  lineEveryMs?: number | undefined
}

export type Awaited = Extract<VerdictAnswer, { kind: 'verdict' }> | { kind: 'none'; why: string }

/** Between questions that found no master. */
const retryMs = 1_000
const patienceMs = 10_000

/** Asks a master until it has a verdict, or until there is none to be had, and why. Rejects with the signal's reason. */
export async function awaitVerdict(waiting: Waiting): Promise<Awaited> {
  const { master, timeoutMs, reachMs, token, job, result, say, signal, awayMs = 60_000, lineEveryMs = 30_000 } = waiting
  const begunAt = performance.now()
  let known: VerdictAnswer | undefined
  const mostMs = () =>
    Math.min(
      timeoutMs ?? Number.POSITIVE_INFINITY,
      known ? Number.POSITIVE_INFINITY : (reachMs ?? Number.POSITIVE_INFINITY),
    )
  const leftMs = () => begunAt + mostMs() - performance.now()
  let goneAt: number | undefined
  let saidAt = Number.NEGATIVE_INFINITY
  let why = 'the master did not answer'
  while (leftMs() > 0) {
    // the first question does not wait, so that the run is known before anything can happen to it
    const waitMs = known && goneAt === undefined ? Math.min(lineEveryMs, leftMs()) : 0
    const patience = Math.max(1_000, Math.min(patienceMs, leftMs() - waitMs))
    const askedAt = performance.now()
    try {
      const answer = await askForVerdict(master, {
        waitSeconds: waitMs / 1_000,
        result,
        job,
        patienceMs: patience,
        signal,
      })
      if (token !== undefined && !answer.run.startsWith(`${token}/`)) {
        // one of before may be on its way out, and this run's on its way in
        why = `the master has the run ${tokenOf(answer.run)}, not ${token}`
        await pause(Math.min(retryMs, Math.max(0, leftMs())), signal)
        continue
      }
      if (known && known.run !== answer.run) return none(`the master at ${master.shown} restarted: ${anotherRun}`)
      if (answer.kind === 'verdict') return answer
      if (goneAt !== undefined && known) say(`connected to the master at ${master.shown} again`)
      known = answer
      goneAt = undefined
      const now = performance.now()
      if (now - saidAt >= lineEveryMs * 0.95) {
        say(progressLine(answer))
        saidAt = now
      }
      why = `the run is ${answer.state}${answer.startedAt === undefined ? '' : ` (${clock(answer)})`}`
      // a master that is closing does not let anybody wait
      if (now - askedAt < Math.min(waitMs, retryMs)) await pause(retryMs, signal)
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error
      const now = performance.now()
      why = known ? `the master no longer answers (${error.message})` : `the master does not answer (${error.message})`
      if (goneAt === undefined)
        say(
          known
            ? `lost the connection to the master at ${master.shown} (${error.message}): retrying for ${formatSpan(awayMs)}`
            : `no master at ${master.shown} yet (${error.message}): retrying`,
        )
      goneAt ??= now
      if (known && now - goneAt >= awayMs)
        return none(`the master at ${master.shown} has not answered for ${formatSpan(now - goneAt)} (${error.message})`)
      await pause(Math.max(0, Math.min(retryMs, awayMs / 2, leftMs())), signal)
    }
  }
  return none(`no verdict from ${master.shown} within ${formatSpan(mostMs())}: ${why}`)
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted())
}

const anotherRun = 'it now has another run, so there is no verdict for this run'

/** Of `r2-1a2b3c4d/…`, or of one without a token all there is. */
export function tokenOf(run: string): string {
  return run.split('/', 1)[0] as string
}

function none(why: string): Awaited {
  return { kind: 'none', why }
}

/** `01:30 / 05:00  running  users 100  rps 230  fail 0.0 %  p50 2.1 ms  p95 8.2 ms`. */
function progressLine(progress: Progress): string {
  const { state, startedAt, users, targetUsers, rps, failRatio, p50Ms, p95Ms } = progress
  if (startedAt === undefined) return `${state}: ${waitingFor[state] ?? 'the run has not started yet'}`
  const of = targetUsers === undefined || targetUsers === users ? '' : ` of ${formatCount(targetUsers)}`
  const ms = (value: number | undefined) => (value === undefined ? dash : formatMs(value))
  const figures = [
    `rps ${formatNumber(rps ?? Number.NaN)}`,
    `fail ${formatPercent(failRatio ?? Number.NaN)}`,
    `p50 ${ms(p50Ms)}`,
    `p95 ${ms(p95Ms)}`,
  ]
  return [clock(progress), state, `users ${formatCount(users)}${of}`, ...figures].join('  ')
}

const waitingFor: Record<string, string> = {
  preparing: 'the master reads its plan and load file',
  gathering: 'the master waits for its workers',
}

function clock({ elapsedMs, durationMs }: Progress): string {
  return durationMs === undefined ? formatClock(elapsedMs) : `${formatClock(elapsedMs)} / ${formatClock(durationMs)}`
}
