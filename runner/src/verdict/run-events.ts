import { effectOf, type RunEvent } from '../facts/run-event.ts'
import type { Finding } from '../facts/verdict.ts'
import type { Criterion } from './criterion.ts'
import { oneLine } from './one-line.ts'

/** Things that happened to a run and are a finding by themselves. Each text once. */
export class RunEvents implements Criterion {
  readonly kind = 'event'
  readonly #hasEnd: boolean
  readonly #findings = new Map<string, Finding>()

  /** `hasEnd`: the load has an end of its own, so that an interrupted run is one that did not do what it was to. */
  constructor(hasEnd: boolean) {
    this.#hasEnd = hasEnd
  }

  event({ kind, text, atMs }: RunEvent): void {
    const { outcome, onlyWithEnd } = effectOf(kind)
    if (outcome === undefined || (onlyWithEnd && !this.#hasEnd)) return
    const said = oneLine(text)
    const line = onlyWithEnd ? `${said} before its load was over` : said
    if (!this.#findings.has(line)) this.#findings.set(line, { outcome, kind, text: line, atMs })
  }

  conclude(): Finding[] {
    return [...this.#findings.values()]
  }
}
