import { exitCodes, type Outcome } from '../../errors.ts'
import type { RunFinish } from '../../facts/run.ts'
import { type Finding, type Verdict, worstFirst } from '../../facts/verdict.ts'
import { type OwnWords, type Redact, redactDeep } from '../../redact.ts'
import type { Output } from '../output.ts'
import { send } from '../send.ts'
import { verdictLine } from '../verdict-line.ts'

export interface NotifyOptions {
  /** Of an incoming webhook (Slack, Teams, or anything that takes JSON): who has it may write there, so all of it is a secret. */
  url: URL
  /** Outcomes that are told. */
  on: ReadonlySet<Outcome>
  /** Which load test it is. */
  about: NotifyAbout
  redact: Redact
  onDone(text: string): void
  /** Nobody was told, and the run is what it is. */
  onFailed(text: string): void
  /** For tests. */
  limits?: Partial<typeof defaultLimits>
}

interface NotifyAbout {
  release?: string | undefined
  namespace?: string | undefined
  /** Where there is more of it: the CI job, a dashboard. */
  link?: string | undefined
}

/** What is told of an end. */
export interface Ending {
  verdict: Verdict
  /** The whole verdict in one line, without secrets. */
  line: string
  token?: string | undefined
  /** Epoch ms. */
  startedAt: number
  durationMs: number
}

/** What is POSTed. */
interface Notification extends NotifyAbout {
  /** What Slack and Teams show. */
  text: string
  outcome: Outcome
  exitCode: number
  /** The verdict's first line. */
  verdict: string
  /** Those that do not hold, the worst first. */
  findings: Pick<Finding, 'outcome' | 'kind' | 'text'>[]
  /** The run's token. */
  run?: string | undefined
  startedAt: string
  durationMs: number
}

/** ms. In all, with pauses, and for each attempt. */
const defaultLimits = { wholeMs: 12_000, tryMs: 5_000, pauses: [500, 2_000] as readonly number[] }
const mostFindings = 20
const mostTextLength = 3_000

/** Tells a webhook how a run ended, before anybody is told the verdict: whoever waits for that may remove the master. */
export class NotifyOutput implements Output {
  readonly name = 'notify'
  readonly after = 'files'
  /** Beyond its own limit: a webhook that does not answer is no output that failed. */
  readonly finishMs = 30_000
  readonly #options: NotifyOptions

  constructor(options: NotifyOptions) {
    this.#options = options
  }

  finish(run: RunFinish): Promise<void> {
    return notify(this.#options, endingOf(run, this.#options.redact))
  }
}

export function endingOf(run: RunFinish, redact: Redact): Ending {
  const { verdict, startedAt, durationMs, identity } = run
  return { verdict, line: verdictLine(run, redact), token: identity?.token, startedAt, durationMs }
}

/** Never rejects: what comes of it is told by `onDone` or `onFailed`. */
export async function notify(options: NotifyOptions, ending: Ending): Promise<void> {
  const { url, on, about, redact, onDone, onFailed } = options
  if (!on.has(ending.verdict.outcome)) return
  const { wholeMs, tryMs, pauses } = { ...defaultLimits, ...options.limits }
  const body = JSON.stringify(redactDeep(notificationOf(ending, about, redact), redact, ownWords))
  const failure = await send({
    ...{ url, method: 'POST', body, tryMs, pauses, whole: AbortSignal.timeout(wholeMs), tooLong: 'no answer' },
    headers: { 'content-type': 'application/json' },
  })
  if (failure === undefined) onDone(`sent the verdict to ${url.origin}: ${ending.verdict.outcome}`)
  else onFailed(`cannot send the verdict to ${url.origin}: ${failure}`)
}

function notificationOf(
  { verdict, line, token, startedAt, durationMs }: Ending,
  about: NotifyAbout,
  redact: Redact,
): Notification {
  const { outcome, findings } = verdict
  const wrong = worstFirst(findings).filter((finding) => finding.outcome !== 'passed')
  const whose = [about.namespace, about.release].filter((part) => part).join('/')
  const shown = [whose === '' ? line : `${redact(whose)}: ${line}`, about.link && redact(about.link)]
  return {
    // a secret that is cut or escaped is none that would be found any more
    text: escaped(
      shown
        .filter((part) => part)
        .join('\n')
        .slice(0, mostTextLength),
    ),
    ...about,
    run: token,
    outcome,
    exitCode: exitCodes[outcome],
    verdict: line,
    findings: wrong.slice(0, mostFindings).map(({ outcome, kind, text }) => ({ outcome, kind, text })),
    startedAt: new Date(startedAt).toISOString(),
    durationMs: Math.round(durationMs),
  }
}

/** Whoever decides by it reads our word, also where a secret is the same one. */
const ownWords = {
  ...({ text: 'own', verdict: 'own', outcome: 'own', startedAt: 'own' } as const),
  findings: { outcome: 'own', kind: 'own' },
} satisfies Partial<Record<keyof Notification, OwnWords>>

/** To Slack these three are markup, and to Teams, which shows them so, too. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
