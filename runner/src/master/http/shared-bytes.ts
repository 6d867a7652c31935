import type { RunPublisher } from '../../outputs/published/published.ts'

/** A text as bytes. They are made once as long as the text is the same, so that slow readers share them. */
export class SharedBytes {
  #text = ''
  #bytes = Buffer.alloc(0)

  of(text: string): Buffer {
    if (text !== this.#text) {
      this.#text = text
      this.#bytes = Buffer.from(text)
    }
    return this.#bytes
  }
}

type Published = NonNullable<RunPublisher['published']>

/** A verdict as bytes: with or without the whole result, and as a repetition or not. Each form is made once, however many ask. */
export class VerdictPage {
  readonly #run: string
  readonly #made = new Map<string, { of: Published; bytes: Buffer }>()

  constructor(run: string) {
    this.#run = run
  }

  /** `toldAt`: when the Job that the verdict belongs to was told. Left out if this is no repetition. */
  bytes(published: Published, withResult: boolean, toldAt?: string): Buffer {
    const kind = `${withResult} ${toldAt}`
    const made = this.#made.get(kind)
    if (made?.of === published) return made.bytes
    const { verdict, summary, result } = published
    const { startedAt } = result
    const answer = { run: this.#run, startedAt, toldAt, ...verdict, summary, ...(withResult ? { result } : {}) }
    const bytes = Buffer.from(`${JSON.stringify(answer)}\n`)
    this.#made.set(kind, { of: published, bytes })
    return bytes
  }
}
