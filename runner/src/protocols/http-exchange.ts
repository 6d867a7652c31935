import type { SampleDetails } from '../stats/meter.ts'
import type { Engine, Transfer, TransferController } from './engine.ts'
import type { ExchangeOptions } from './exchange-options.ts'
import type { ResponseHead } from './h1/response-head.ts'
import { failureOf, HttpResponse } from './http-response.ts'
import type { HttpOrigin } from './origin.ts'
import { ReceivedAnswer } from './received-answer.ts'
import { type Outgoing, redirectHop } from './redirect-hop.ts'
import { isRedirect } from './redirects.ts'
import type { RequestBody } from './request-body.ts'
import type { Gated } from './request-gate.ts'
import { setCookies } from './response-headers.ts'
import type { Sender } from './sender.ts'
import { RequestAborted, TransportError, transportError } from './transport-errors.ts'

let capturedResolve: (response: HttpResponse) => void
let capturedReject: (reason: Error) => void
/** The executor of every request's promise: one function for all of them. */
function capture(resolve: (response: HttpResponse) => void, reject: (reason: Error) => void): void {
  capturedResolve = resolve
  capturedReject = reject
}

/**
 * One request from the call to its response: its transfers (one more for each redirect), its time, its count. It is the engine's transfer,
 * the deadline's entry and the response's source at once, so that a request costs few objects.
 */
export class HttpExchange extends ReceivedAnswer implements Transfer, Outgoing, Gated {
  readonly promise: Promise<HttpResponse>
  readonly name: string
  /** As asked: what it is counted under, whatever redirects make of it. */
  readonly countedMethod: string
  method: string
  origin: HttpOrigin
  target: string
  head: string
  body: RequestBody['content'] | undefined
  readonly keepAlive: boolean
  leavesAt: number
  readonly #sender: Sender<HttpExchange>
  readonly #options: ExchangeOptions
  readonly #intendedAt: number
  readonly #resolve: (response: HttpResponse) => void
  readonly #reject: (reason: Error) => void
  #engine: Engine | undefined
  #controller: TransferController | undefined
  #sent = false
  #held = false
  #over = false
  #hops = 0

  constructor(sender: Sender<HttpExchange>, outgoing: Outgoing, name: string, options: ExchangeOptions) {
    super()
    this.#sender = sender
    this.#options = options
    this.name = name
    this.countedMethod = outgoing.method
    this.method = outgoing.method
    this.origin = outgoing.origin
    this.target = outgoing.target
    this.head = outgoing.head
    this.body = outgoing.body
    this.keepAlive = sender.protocol.http.keepAlive
    this.promise = new Promise(capture)
    this.#resolve = capturedResolve
    this.#reject = capturedReject
    this.#intendedAt = sender.owner.schedule.take()
    this.startedAt = this.leavesAt = sender.protocol.meter.now()
  }

  send(): void {
    const { gate } = this.#sender.protocol
    if (gate) gate.enter(this)
    else this.#dispatch()
  }

  /** Its turn has come. What it waited is not the target's, so it is not in its time. */
  pass(waitedMs: number): void {
    this.startedAt += waitedMs
    this.leavesAt += waitedMs
    this.#dispatch()
  }

  /** The run gives the request up: it counts as aborted if the target may have seen it. */
  abort(): void {
    this.#giveUp(new RequestAborted())
  }

  override expire(): void {
    this.#giveUp(new TransportError('TIMEOUT'))
  }

  onStart(controller: TransferController): void {
    this.#controller = controller
  }

  onSent(): void {
    this.#sent = true
  }

  onRetry(): void {
    this.#sender.protocol.meter.recorder.request(this.countedMethod, this.name).retry()
  }

  onDelayed(): void {
    if (this.#hops === 0) this.startedAt = this.#sender.protocol.meter.now()
  }

  onHead(head: ResponseHead): void {
    this.answer = head
    if (head.setsCookies) this.#sender.cookies.receive(setCookies(head.text), this.origin, this.target)
    // a redirect is known to be the response only at its end
    if (this.#options.stream && !(this.#options.redirects > 0 && isRedirect(head.status))) this.#startStream(head)
  }

  onEnd(): void {
    this.status = (this.answer as ResponseHead).status
    if (!this.streamed && isRedirect(this.status) && this.#redirect()) return
    this.#finish()
  }

  onError(error: Error): void {
    if (this.#over) return
    if (error instanceof RequestAborted) {
      this.#aborted(error)
      return
    }
    if (!this.streamed) this.answer = undefined
    this.error = transportError(error)
    if (this.error.code === 'EMFILE') this.#sender.protocol.sockets.reached()
    this.#finish()
  }

  pauseBody(): void {
    this.#controller?.pause()
  }

  resumeBody(): void {
    this.#controller?.resume()
  }

  /** The task needs no more of the response: it counts as it stands. */
  abandonBody(): void {
    if (this.#over) return
    const controller = this.#controller
    this.#finish()
    controller?.abort(new RequestAborted())
  }

  get maxBodyBytes(): number {
    return this.#sender.protocol.http.maxBodyBytes
  }

  /** The user has ended: a streamed body that nobody reads just now is not waited for. */
  leaveBody(): void {
    if (this.streamed && !this.streamed.body.awaited) this.abandonBody()
  }

  settle(response: HttpResponse, error: string | undefined, exception: unknown): void {
    if (this.streamed) this.abandonBody()
    this.#sender.settled(response)
    this.#count(response, error, exception)
  }

  #dispatch(): void {
    if (this.#hops === 0) this.#sender.protocol.deadlines.add(this, this.startedAt, this.#options.timeoutMs)
    this.#engine = this.#sender.engine(this.origin)
    this.#engine.dispatch(this)
  }

  /** Goes where the answer sent us; false if it is the answer. */
  #redirect(): boolean {
    const { redirects } = this.#options
    if (redirects === 0) return false
    const answer = this.answer as ResponseHead
    const hop = redirectHop(this, this.status, answer.text, this.#sender)
    if (!hop) return false
    if (hop instanceof TransportError || this.#hops >= redirects) {
      this.status = 0
      this.error = hop instanceof TransportError ? hop : new TransportError('TOO_MANY_REDIRECTS')
      return false
    }
    this.#sender.protocol.meter.recorder.request(this.countedMethod, this.name).hop()
    this.#traceHop()
    this.#hops++
    this.leavesAt = this.#sender.protocol.meter.now()
    this.forgetAnswer()
    this.#controller = undefined
    this.#sent = false
    this.method = hop.method
    this.origin = hop.origin
    this.target = hop.target
    this.head = hop.head
    this.body = hop.body
    this.send()
    return true
  }

  #startStream({ status }: ResponseHead): void {
    const { catchResponse } = this.#options
    this.endedAt = this.#sender.protocol.meter.now()
    const response = this.startStream(status, catchResponse)
    if (catchResponse) this.#sender.unsettled(response)
    this.#resolve(response)
  }

  #giveUp(reason: Error): void {
    if (this.#over) return
    const body = this.streamed?.body
    // the target has answered: that the run ends, or that the task does not read on, is not its fault
    if (body && (reason instanceof RequestAborted || (body.paused && !body.awaited))) {
      body.end(reason)
      this.abandonBody()
      return
    }
    if (this.#controller) this.#controller.abort(reason)
    else {
      this.#held = this.#sender.protocol.gate?.leave(this) === true
      this.#engine?.cancel(this)
      this.onError(reason)
    }
  }

  #aborted(reason: Error): void {
    const { meter } = this.#sender.protocol
    // what our own limit held back did not wait for the target
    if (!this.#held)
      meter.recorder.request(this.countedMethod, this.name).abort(meter.now() - this.startedAt, this.#sent)
    this.#close()
    this.promise.catch(() => {}) // whoever does not wait for it has been stopped too
    this.#reject(reason)
  }

  #finish(): void {
    this.endedAt = this.#sender.protocol.meter.now()
    if (this.streamed?.body.paused) this.resumeBody() // the connection may be used again
    this.#close()
    const { catchResponse } = this.#options
    if (this.streamed) {
      const { response, body } = this.streamed
      response.ended()
      if (!catchResponse) this.#count(response, failureOf(this.status, this.error), this.error)
      this.#trace(response, false)
      body.end(this.error)
      return
    }
    const response = new HttpResponse(this, catchResponse)
    if (catchResponse) this.#sender.unsettled(response)
    else this.#count(response, failureOf(this.status, this.error), this.error)
    this.#trace(response, false)
    this.#resolve(response)
  }

  #close(): void {
    this.#over = true
    this.#controller = undefined
    this.#engine = undefined
    this.#sender.protocol.deadlines.remove(this)
    this.#sender.finished(this)
  }

  #count(response: HttpResponse, error: string | undefined, exception: unknown): void {
    const { meter } = this.#sender.protocol
    const bytes = this.receivedByHops + this.received
    let details: SampleDetails | undefined
    if (meter.listener) {
      const context = { ...this.#sender.owner.context?.(), ...this.#options.context }
      details = { exception, response, context, url: this.url }
    }
    const { countedMethod, name, startedAt, endedAt } = this
    meter.record(countedMethod, name, startedAt, endedAt, this.#intendedAt, bytes, error, details, this.error?.kind)
  }

  /** A redirect on the way; its time, as that of the last answer, counts from the beginning. */
  #traceHop(): void {
    if (!this.#sender.owner.trace) return
    this.endedAt = this.#sender.protocol.meter.now()
    this.#trace(new HttpResponse(this, false), true)
  }

  #trace(response: HttpResponse, hop: boolean): void {
    this.#sender.owner.trace?.({
      method: this.method,
      name: this.name,
      url: this.url,
      requestHead: this.head,
      requestBody: this.body,
      response,
      hop,
    })
  }
}
