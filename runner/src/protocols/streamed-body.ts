import { Readable } from 'node:stream'

/** A body that is sent piece by piece, and never held in memory. */
export interface StreamedBody extends AsyncIterable<Uint8Array | string> {
  /** In bytes; undefined if nobody knows. */
  readonly length: number | undefined
  /** It can be read from its beginning again, as a redirect or a retry needs it. */
  readonly repeatable: boolean
}

/** A body as it is sent. */
export type BodyContent = string | Buffer | StreamedBody

/** What is read once, such as a file's stream. */
export function streamOnce(source: AsyncIterable<Uint8Array | string>, length: number | undefined): StreamedBody {
  // it may fail before it is read, or when nobody reads it any more: reading it tells, and nothing else need
  if (source instanceof Readable) source.on('error', () => {})
  return { length, repeatable: false, [Symbol.asyncIterator]: () => source[Symbol.asyncIterator]() }
}

export function isStreamed(content: BodyContent | undefined): content is StreamedBody {
  return typeof content === 'object' && !Buffer.isBuffer(content)
}

/** Whether a request's body can be sent a second time. */
export function isRepeatable(content: BodyContent | undefined): boolean {
  return !isStreamed(content) || content.repeatable
}

/** What can be read as often as one likes, such as `openAsBlob` of a file: it is read while it is sent. */
export function blobBody(blob: Blob): StreamedBody {
  return { length: blob.size, repeatable: true, [Symbol.asyncIterator]: () => blob.stream()[Symbol.asyncIterator]() }
}
