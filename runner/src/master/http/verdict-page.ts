import type { RunPublisher } from '../../outputs/published.ts'

type Published = NonNullable<RunPublisher['published']>

/** A verdict as bytes, with and without the whole result: made once, however many ask. */
export class VerdictPage {
  readonly #run: string
  readonly #made = new Map<boolean, { of: Published; bytes: Buffer }>()

  constructor(run: string) {
    this.#run = run
  }

  bytes(published: Published, withResult: boolean): Buffer {
    const made = this.#made.get(withResult)
    if (made?.of === published) return made.bytes
    const { verdict, summary, result } = published
    const { startedAt } = result
    const answer = { run: this.#run, startedAt, ...verdict, summary, ...(withResult ? { result } : {}) }
    const bytes = Buffer.from(`${JSON.stringify(answer)}\n`)
    this.#made.set(withResult, { of: published, bytes })
    return bytes
  }
}
