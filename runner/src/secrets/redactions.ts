import { percentLayers } from './secret-forms.ts'
import { SecretPattern, type Span } from './secret-pattern.ts'

/** Under four characters a value would be found everywhere: whoever declares such a secret is refused (`parameter-book.ts`). */
export const leastSecretLength = 4
const mark = '[redacted]'
const [longestKnown, mostKnown] = [500, 4_000]

/** Values that no log line and no output may show, in whatever way they are written there. */
export class Redactions {
  readonly #patterns = new Map<string, { cut: boolean; forms: readonly SecretPattern[] }>()
  /** The same names come every second. */
  readonly #known = new Map<string, string>()

  /**
   * A value of fewer than four characters is not remembered. `cut`: it is a password or a token, so that half of it is one, too; not of a URL, which
   * begins as others do.
   */
  add(value: string, cut: boolean): void {
    // a secret that comes from a file often ends with a line break
    for (const text of new Set([value, value.trim()])) {
      if (text.trim().length < leastSecretLength) continue
      const known = this.#patterns.get(text)
      if (known && (known.cut || !cut)) continue
      this.#patterns.set(text, { cut, forms: patternsOf(text, cut) })
      this.#known.clear()
    }
  }

  redact(text: string): string {
    if (this.#patterns.size === 0 || text.length < leastSecretLength) return text
    if (text.length > longestKnown) return this.#clean(text)
    let clean = this.#known.get(text)
    if (clean !== undefined) return clean
    clean = this.#clean(text)
    if (this.#known.size >= mostKnown) this.#known.clear()
    this.#known.set(text, clean)
    return clean
  }

  #clean(text: string): string {
    const spans: Span[] = []
    const layers = [...percentLayers(text)]
    for (const { forms } of this.#patterns.values())
      for (const pattern of forms)
        for (const { text: layer, places } of layers)
          for (const [from, until] of pattern.find(layer))
            spans.push(places ? [places[from] as number, places[until] as number] : [from, until])
    return spans.length === 0 ? text : without(text, spans)
  }

  get isEmpty(): boolean {
    return this.#patterns.size === 0
  }
}

/** Those of this process; and of them, what must not be printed by anybody, not by the load file either. */
const known = new Redactions()
const unprinted = new Redactions()

/** Remembers a value that nothing may show, as a whole: of a URL, say. */
export function addRedaction(value: string): void {
  known.add(value, false)
  unprinted.add(value, false)
}

/** Remembers a password or a token: half of it is one, too. */
export function addSecret(value: string): void {
  known.add(value, true)
  unprinted.add(value, true)
}

/**
 * Remembers a password that stands in a URL of the load file's own. Nothing of ours shows it. What the load file itself prints stays as it is: nobody declared
 * the password as a secret, and its author wants to see what the target answered.
 */
export function addOwnPassword(value: string): void {
  known.add(value, true)
}

/** A value that is percent-encoded, as in a URL. */
export function addEncodedRedaction(text: string): void {
  try {
    addRedaction(decodeURIComponent(text))
  } catch {
    addRedaction(text) // a percent sign may be one
  }
}

/** A text without secrets. */
export function redact(text: string): string {
  return known.redact(text)
}

/** A text that anybody prints, without what nobody may print. */
export function redactPrinted(text: string): string {
  return isClean ? text : unprinted.redact(text)
}

let isClean = false

/** Prints what has no secret any more: our own words stay in it, also where a secret is one. */
export function writeClean(stream: { write(text: string): unknown }, text: string): void {
  isClean = true
  try {
    stream.write(text)
  } finally {
    isClean = false
  }
}

/** Whether there is any secret: what is done for them all the time is else left out. */
export function hasSecrets(): boolean {
  return !known.isEmpty
}

/** Where they overlap they are one: what is left of the second would be a part of a secret. */
function without(text: string, spans: Span[]): string {
  spans.sort(([a], [b]) => a - b)
  let clean = ''
  let at = 0
  for (const [from, until] of spans) {
    if (from >= at) clean += text.slice(at, from) + mark
    at = Math.max(at, until)
  }
  return clean + text.slice(at)
}

function patternsOf(value: string, cut: boolean): SecretPattern[] {
  const wide = Buffer.from(value, 'utf16le')
  return [
    new SecretPattern(value, { cut }),
    ...[...new Set([value, JSON.stringify(value).slice(1, -1)])].flatMap((text) =>
      packedPatterns(Buffer.from(text), cut),
    ),
    // UTF-16, as Windows has it: both orders of its bytes have the same middle
    ...packedPatterns(wide, cut),
    ...packedPatterns(Buffer.from(wide).swap16(), cut),
    new SecretPattern(wide.toString('latin1').replace(/\0$/, ''), { cut }),
  ]
}

function packedPatterns(bytes: Buffer, cut: boolean): SecretPattern[] {
  return [
    new SecretPattern(bytes.toString('hex'), { cut }),
    ...[0, 1, 2].flatMap((offset) => base64Patterns(bytes, offset, cut)),
  ]
}

/**
 * The middle of what base64 makes of bytes that have `offset` others before them, modulo three: what of it depends on the secret alone. `Basic`
 * has the user's name before.
 */
function base64Patterns(bytes: Buffer, offset: number, cut: boolean): SecretPattern[] {
  const all = Buffer.concat([Buffer.alloc(offset), bytes])
  const from = [0, 2, 3][offset] as number
  const until = Math.floor((all.length * 8) / 6)
  const around = { left: offset === 0 ? 0 : 1, right: (all.length * 8) % 6 === 0 ? 0 : 1 }
  return (['base64', 'base64url'] as const).map((encoding) => {
    const core = all.toString(encoding).slice(from, until)
    return new SecretPattern(core, { exactCase: true, around, cut })
  })
}
