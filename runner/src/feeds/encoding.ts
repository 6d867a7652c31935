/** How the bytes of a feed's file become text. `bytes`: one byte a character, so that marks of CSV are found without decoding. */
export interface Encoding {
  /** As the Encoding Standard calls it. */
  name: string
  kind: 'utf-8' | 'utf-16' | 'bytes'
}

const ofBytes = /^(windows-\d+|iso-8859-\d+(-i)?|koi8-[ru]|macintosh|x-mac-cyrillic|ibm866)$/

/** What is shown of the allowed names. */
export const encodingsHint =
  'use utf-8, utf-16le, utf-16be, latin1, windows-1252 or another encoding with one byte per character'

/** By any of its usual names: `latin1`, `UTF8`, `cp1252`. Undefined where there is none such, or one that CSV cannot be cut in. */
export function encodingOf(label: string): Encoding | undefined {
  let name: string
  try {
    name = new TextDecoder(label).encoding
  } catch {
    return undefined
  }
  if (name === 'utf-8') return { name, kind: 'utf-8' }
  if (name.startsWith('utf-16')) return { name, kind: 'utf-16' }
  return ofBytes.test(name) ? { name, kind: 'bytes' } : undefined
}

/** What the first bytes of a file say of it. */
export function byteOrderMark(bytes: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32' | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8'
  if (bytes[0] === 0xff && bytes[1] === 0xfe)
    return bytes.length >= 4 && bytes[2] === 0 && bytes[3] === 0 ? 'utf-32' : 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 0xfe && bytes[3] === 0xff ? 'utf-32' : undefined
}
