import { urlencoded } from './form-fields.ts'
import type { RequestOptions } from './http-options.ts'
import { multipart } from './multipart.ts'
import { kindOf, RequestTypeError } from './request-error.ts'
import { type BodyContent, blobBody, isStreamed, streamOnce } from './streamed-body.ts'

/** A body as it is sent. */
export interface RequestBody {
  content: BodyContent
  contentType: string | undefined
}

const urlencodedType = 'application/x-www-form-urlencoded'

/** What the options want sent. */
export function requestBody(options: RequestOptions): RequestBody | undefined {
  const { json } = options
  const form = options.form ?? undefined
  const body = options.body ?? undefined
  const given = (json === undefined ? 0 : 1) + (form === undefined ? 0 : 1) + (body === undefined ? 0 : 1)
  if (given === 0) return undefined
  if (given > 1) throw new RequestTypeError('a request has more than one body', 'set only one of json, form and body')
  if (json !== undefined) return { content: JSON.stringify(json), contentType: 'application/json' }
  if (form instanceof FormData) return multipart(form)
  if (form !== undefined) return { content: urlencoded('form', form), contentType: urlencodedType }
  return bodyOf(body)
}

/** What fetch takes as a body, and how it takes it. */
function bodyOf(body: unknown): RequestBody {
  if (typeof body === 'string' || Buffer.isBuffer(body)) return { content: body, contentType: undefined }
  if (ArrayBuffer.isView(body))
    return { content: Buffer.from(body.buffer, body.byteOffset, body.byteLength), contentType: undefined }
  if (body instanceof ArrayBuffer) return { content: Buffer.from(body), contentType: undefined }
  if (body instanceof Blob) return { content: blobBody(body), contentType: body.type || undefined }
  if (body instanceof FormData) return multipart(body)
  if (body instanceof URLSearchParams) return { content: body.toString(), contentType: urlencodedType }
  if (typeof body === 'object' && body !== null && Symbol.asyncIterator in body)
    return { content: streamOnce(body as AsyncIterable<Uint8Array | string>, undefined), contentType: undefined }
  throw new RequestTypeError(
    `the request option body is ${kindOf(body)}`,
    'give text, bytes, a Blob, FormData or a stream. For an object, use json or form',
  )
}

/**
 * The body with the length that a content-length header says: what a stream is counted by. A body whose length is known must have just
 * that one.
 */
export function ofSaidLength(content: BodyContent | undefined, said: string): BodyContent | undefined {
  const length = /^\d{1,15}$/.test(said) ? Number(said) : undefined
  if (length === undefined)
    throw new RequestTypeError(`the header content-length is ${JSON.stringify(said)}`, 'give a number of bytes')
  if (isStreamed(content) && content.length === undefined) return streamOnce(content, length)
  const known = content === undefined ? 0 : isStreamed(content) ? content.length : Buffer.byteLength(content)
  if (known === length) return content
  throw new RequestTypeError(
    `the header content-length is ${length}, but the body has ${known} bytes`,
    'remove the header: katydid sets it, except for streams',
  )
}
