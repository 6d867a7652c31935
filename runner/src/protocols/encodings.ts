import { zlibModule } from './when-used.ts'

/** What requests say they take. */
export const acceptEncoding = 'gzip, deflate, br, zstd'

/** As many codings as curl takes. Each costs a decoder, and a thousand of them are an attack. */
const maxCodings = 5

/** The codings of a Content-Encoding, the last first. Throws where there are too many. */
export function codingsToUndo(contentEncoding: string): string[] {
  const codings = contentEncoding.toLowerCase().split(',')
  if (codings.length > maxCodings) throw new RangeError(`more than ${maxCodings} content codings`)
  return codings.map((coding) => coding.trim()).reverse()
}

/**
 * Undoes a Content-Encoding, `gzip`, `deflate` (with or without its zlib header), `br`, `zstd` or several of them. What is not known
 * is left as it is. Throws what zlib throws; never makes more than `maxBytes`.
 */
export function decodeBody(body: Buffer, contentEncoding: string, maxBytes: number): Buffer {
  const limit = { maxOutputLength: maxBytes }
  const zlib = zlibModule()
  let decoded = body
  for (const coding of codingsToUndo(contentEncoding)) {
    if (decoded.length === 0) break
    switch (coding) {
      case 'gzip':
      case 'x-gzip':
        decoded = zlib.gunzipSync(decoded, limit)
        break
      case 'deflate':
        decoded = isZlib(decoded) ? zlib.inflateSync(decoded, limit) : zlib.inflateRawSync(decoded, limit)
        break
      case 'br':
        decoded = zlib.brotliDecompressSync(decoded, limit)
        break
      case 'zstd':
        decoded = zlib.zstdDecompressSync(decoded, limit)
    }
  }
  return decoded
}

/**
 * A body as text: by its byte order mark, else by the `charset` of its Content-Type (every label that browsers know), else as UTF-8. As browsers do it.
 */
export function decodeText(body: Buffer, contentType: string | undefined): string {
  const marked = byteOrderMark(body)
  const label = marked ?? charsetOf(contentType ?? '')
  if (marked === undefined && (label === undefined || /^utf-?8$/i.test(label))) return body.toString('utf8')
  try {
    return new TextDecoder(label).decode(body) // leaves out the mark
  } catch {
    return body.toString('utf8') // a label that nobody knows
  }
}

/** Which encoding a body begins with the mark of. */
function byteOrderMark(body: Buffer): string | undefined {
  const [first, second, third] = body
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  return first === 0xff && second === 0xfe ? 'utf-16le' : undefined
}

function charsetOf(contentType: string): string | undefined {
  const [, quoted, plain] = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;,]+))/i.exec(contentType) ?? []
  return (quoted ?? plain)?.replace(/^'|'$/g, '').trim()
}

/** RFC 1950 §2.2: method 8, and a checksum over the first two bytes. Some servers send bare deflate. */
export function isZlib(body: Buffer): boolean {
  const [first = 0, second = 0] = body
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0
}
