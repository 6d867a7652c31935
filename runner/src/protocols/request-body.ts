import { urlencoded } from './form-fields.ts'
import type { RequestOptions } from './http-options.ts'
import { kindOf, RequestTypeError } from './request-error.ts'
import { type BodyContent, streamOnce } from './streamed-body.ts'

/** A body as it is sent. */
export interface RequestBody {
  content: BodyContent
  contentType: string | undefined
}

/** What the options want sent. Multipart has to read its files first, hence the promise; nothing else waits. */
export function requestBody(options: RequestOptions): RequestBody | Promise<RequestBody> | undefined {
  const { json } = options
  const form = options.form ?? undefined
  const body = options.body ?? undefined
  const given = (json === undefined ? 0 : 1) + (form === undefined ? 0 : 1) + (body === undefined ? 0 : 1)
  if (given === 0) return undefined
  if (given > 1) throw new RequestTypeError('a request has several bodies', 'give one of json, form, body')
  if (json !== undefined) return { content: JSON.stringify(json), contentType: 'application/json' }
  if (form instanceof FormData) return multipart(form)
  if (form !== undefined) return { content: urlencoded('form', form), contentType: 'application/x-www-form-urlencoded' }
  return { content: content(body), contentType: undefined }
}

function content(body: unknown): RequestBody['content'] {
  if (typeof body === 'string' || Buffer.isBuffer(body)) return body
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  if (typeof body === 'object' && body !== null && Symbol.asyncIterator in body)
    return streamOnce(body as AsyncIterable<Uint8Array | string>, undefined)
  throw new RequestTypeError(
    `the request option body is ${kindOf(body)}`,
    'give text, a Uint8Array or a stream; objects go into json or form',
  )
}

async function multipart(form: FormData): Promise<RequestBody> {
  const encoded = new Response(form)
  const contentType = encoded.headers.get('content-type') ?? undefined
  return { content: Buffer.from(await encoded.arrayBuffer()), contentType }
}
