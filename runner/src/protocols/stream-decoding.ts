import { Readable, type Transform } from 'node:stream'
import { codingsToUndo, isZlib } from './encodings.ts'
import { zlibModule } from './when-used.ts'

/** Undoes a Content-Encoding while the body comes, as `decodeBody` does with a whole one. Throws what zlib throws. */
export function decodeStream(body: AsyncIterable<Buffer>, contentEncoding: string): AsyncIterable<Buffer> {
  let decoded = body
  for (const coding of codingsToUndo(contentEncoding)) decoded = undo(coding, decoded)
  return decoded
}

function undo(coding: string, body: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const zlib = zlibModule()
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return through(body, () => zlib.createGunzip())
    case 'deflate':
      return through(body, (first) => (isZlib(first) ? zlib.createInflate() : zlib.createInflateRaw()))
    case 'br':
      return through(body, () => zlib.createBrotliDecompress())
    case 'zstd':
      return through(body, () => zlib.createZstdDecompress())
  }
  return body
}

/** `make` is told the first bytes; a body without any needs no decoder. */
async function* through(body: AsyncIterable<Buffer>, make: (first: Buffer) => Transform): AsyncGenerator<Buffer> {
  const source = body[Symbol.asyncIterator]()
  try {
    const { done, value: first } = await source.next()
    if (done) return
    const decoder = make(first)
    const rest: AsyncIterable<Buffer> = { [Symbol.asyncIterator]: () => ({ next: () => source.next() }) }
    yield* Readable.from(before(first, rest)).compose(decoder) as AsyncIterable<Buffer>
  } finally {
    await source.return?.()
  }
}

async function* before(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first
  yield* rest
}
