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
  return { length, repeatable: false, [Symbol.asyncIterator]: () => source[Symbol.asyncIterator]() }
}

export function isStreamed(content: BodyContent | undefined): content is StreamedBody {
  return typeof content === 'object' && !Buffer.isBuffer(content)
}

/** Whether a request's body can be sent a second time. */
export function isRepeatable(content: BodyContent | undefined): boolean {
  return !isStreamed(content) || content.repeatable
}
