import { type BodyContent, isRepeatable } from './streamed-body.ts'

/** RFC 9110 §9.2.2: twice is the same as once. */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

/** Whether a request may go out a second time when its connection was closed without a byte of a response. */
export function mayBeSentAgain(request: { method: string; body: BodyContent | undefined }): boolean {
  return idempotent.has(request.method) && isRepeatable(request.body)
}
