import { zlibModule } from './when-used.ts'

/** What requests say they take. */
export const acceptEncoding = 'gzip, deflate, br, zstd'

/**
 * Undoes a Content-Encoding, `gzip`, `deflate` (with or without its zlib header), `br`, `zstd` or several of them. What is not known
 * is left as it is. Throws what zlib throws; never makes more than `maxBytes`.
 */
export function decodeBody(body: Buffer, contentEncoding: string, maxBytes: number): Buffer {
  const limit = { maxOutputLength: maxBytes }
  const zlib = zlibModule()
  let decoded = body
  for (const coding of contentEncoding.toLowerCase().split(',').reverse()) {
    if (decoded.length === 0) break
    switch (coding.trim()) {
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

/** RFC 1950 §2.2: method 8, and a checksum over the first two bytes. Some servers send bare deflate. */
function isZlib(body: Buffer): boolean {
  const [first = 0, second = 0] = body
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0
}
