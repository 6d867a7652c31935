import type { ResponseHead } from './h1/response-head.ts'
import type { BodyContent } from './streamed-body.ts'

/** Gives up a transfer under way; it ends with `onError(reason)`. */
export interface TransferController {
  abort(reason: Error): void
  /** Reads no more of the response until `resume`. */
  pause(): void
  resume(): void
}

/**
 * One HTTP request and whoever follows its answer, in one object: a request costs an engine nothing of its own. Exactly one of
 * `onEnd` and `onError` is the last call. An engine sends a transfer again only where `onRetry` says so, so that what the target counts can
 * be compared.
 */
export interface Transfer {
  readonly method: string
  /** Request line and headers, with the empty line; Latin-1. */
  readonly head: string
  /** Framed by the head: content-length where the length is known, chunked otherwise. */
  readonly body: BodyContent | undefined
  readonly keepAlive: boolean
  /** From the meter's clock: when it asked for a connection. An engine compares it with the end of the last transfer instead of reading the clock itself. */
  readonly leavesAt: number
  /** 0 until all of it is over; on the way of redirects the end of one transfer is `leavesAt` of the next. */
  readonly endedAt: number
  /** A connection has been found or is being opened for it. */
  onStart(controller: TransferController): void
  /** It is being written: from here on the target may see it. */
  onSent(): void
  /** The target closed a kept connection without a byte of a response: it is sent again, once, on a new one (RFC 9110 §9.2.2). */
  onRetry(): void
  /** It had to wait for our own event loop: time counts from now. */
  onDelayed(): void
  onHead(head: ResponseHead): void
  /** `bytes[start, end)` is body as received; copy what you keep, the buffer is reused. */
  onBody(bytes: Buffer, start: number, end: number): void
  onEnd(): void
  onError(error: Error): void
}

/** How transfers reach one origin: HTTP/1.1 of our own (`h1/`), or undici for HTTP/2 and proxies. */
export interface Engine {
  dispatch(transfer: Transfer): void
  /** Takes back a transfer that still waits for a connection; false if it is under way or over. */
  cancel(transfer: Transfer): boolean
  /** Closes the connections nobody uses. */
  closeIdle(): void
  /** Closes everything; transfers under way fail. */
  destroy(): void
}
