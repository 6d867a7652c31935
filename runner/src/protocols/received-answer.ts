import { BodyCollector } from './body-collector.ts'
import { type BodySource, BodyStream } from './body-stream.ts'
import { Expiring } from './deadlines.ts'
import type { ResponseHead } from './h1/response-head.ts'
import { type Answered, HttpResponse } from './http-response.ts'
import type { HttpOrigin } from './origin.ts'
import type { TransportError } from './transport-errors.ts'

/** What has come of an answer so far: its head, its body, and of a streamed one whoever reads it. A base, so that a request stays one object. */
export abstract class ReceivedAnswer extends Expiring implements Answered, BodySource {
  abstract readonly name: string
  abstract readonly method: string
  abstract readonly origin: HttpOrigin
  abstract readonly target: string
  abstract readonly maxBodyBytes: number
  startedAt = 0
  endedAt = 0
  status = 0
  error: TransportError | undefined = undefined
  protected answer: ResponseHead | undefined
  protected streamed: { body: BodyStream; response: HttpResponse; received: number } | undefined
  protected receivedByHops = 0
  #body: BodyCollector | undefined

  abstract settle(response: HttpResponse, error: string | undefined, exception: unknown): void
  abstract pauseBody(): void
  abstract resumeBody(): void
  abstract abandonBody(): void

  onBody(bytes: Buffer, start: number, end: number): void {
    if (this.streamed) {
      this.streamed.received += end - start
      this.streamed.body.push(Buffer.from(bytes.subarray(start, end)))
      return
    }
    const body = (this.#body ??= new BodyCollector())
    body.add(bytes, start, end, (this.answer as ResponseHead).length, this.maxBodyBytes)
  }

  get kept(): Buffer | undefined {
    return this.#body?.kept
  }

  get received(): number {
    return this.streamed?.received ?? this.#body?.received ?? 0
  }

  get stream(): BodyStream | undefined {
    return this.streamed?.body
  }

  get elapsedMs(): number {
    return this.endedAt - this.startedAt
  }

  get url(): string {
    return this.origin.href + this.target
  }

  get responseHead(): string {
    return this.answer?.text ?? ''
  }

  get transferCodings(): string {
    return this.answer?.codings ?? ''
  }

  /** From its head on a task reads it. */
  protected startStream(status: number, catchResponse: boolean): HttpResponse {
    this.status = status
    const body = new BodyStream(this)
    const response = new HttpResponse(this, catchResponse, body)
    this.streamed = { body, response, received: 0 }
    return response
  }

  /** It was a redirect: the answer is another one. */
  protected forgetAnswer(): void {
    this.receivedByHops += this.received
    this.#body = undefined
    this.answer = undefined
    this.status = 0
  }
}
