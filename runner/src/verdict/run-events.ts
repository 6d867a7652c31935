import type { Outcome } from '../errors.ts'
import type { RunEvent } from '../stats/snapshot.ts'
import type { Criterion, Finding } from './criterion.ts'

/** What kinds of event make of a run; kinds not named here say nothing about it. */
const outcomes: Record<string, Outcome> = {
  hook_failed: 'broken',
  listener_failed: 'broken',
  output_failed: 'broken',
  file_limit: 'broken',
  worker_silent: 'broken',
  no_workers: 'broken',
  workers_missing: 'broken',
  worker_failed: 'broken',
  worker_refused: 'broken',
  load_file_differs: 'broken',
  user_class_missing: 'broken',
  master_restarted: 'broken',
  message_failed: 'broken',
  stopped_broken: 'broken',
  stopped_failed: 'failed',
  interrupted: 'broken',
}

/** Things that happened to a run and are a finding by themselves. Each text once. */
export class RunEvents implements Criterion {
  readonly kind = 'event'
  readonly #hasEnd: boolean
  readonly #findings = new Map<string, Finding>()

  /** `hasEnd`: a run time was set, so that an interrupted run is one that did not do what it was to. */
  constructor(hasEnd: boolean) {
    this.#hasEnd = hasEnd
  }

  event({ kind, text, atMs }: RunEvent): void {
    const outcome = Object.hasOwn(outcomes, kind) ? outcomes[kind] : undefined
    if (outcome === undefined || (kind === 'interrupted' && !this.#hasEnd)) return
    const said = text.trim().replace(/\s*[\n\r]\s*/g, ' ') // what a hook threw may have many lines
    const line = kind === 'interrupted' ? `${said} before its run time was over` : said
    if (!this.#findings.has(line)) this.#findings.set(line, { outcome, kind, text: line, atMs })
  }

  conclude(): Finding[] {
    return [...this.#findings.values()]
  }
}
