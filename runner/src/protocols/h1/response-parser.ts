import { H1Error } from './h1-error.ts'
import { parseHead, type ResponseHead } from './response-head.ts'

/** What a parser finds, in order: one head, any number of chunks of body, one end. */
export interface ResponseSink {
  head(head: ResponseHead): void
  /** `bytes[start, end)` is body; the buffer is reused after the call. */
  body(bytes: Buffer, start: number, end: number): void
  end(reusable: boolean): void
}

type State = 'idle' | 'head' | 'length' | 'close' | 'size' | 'chunk' | 'chunk-end' | 'trailer'

const maxHeadChars = 64 * 1024
const maxLineChars = 4 * 1024
/** Heads are nearly always within this; a longer one is read again from its beginning. */
const firstLook = 1_024

/**
 * HTTP/1.x answers (RFC 9112 §6–7) from pieces of any size. Made for the usual case: a whole answer in one piece costs one string and
 * one look at each header line.
 */
export class ResponseParser {
  readonly #sink: ResponseSink
  #state: State = 'idle'
  #carry = ''
  #left = 0
  #toHead = false
  #reusable = false

  constructor(sink: ResponseSink) {
    this.#sink = sink
  }

  /** A request was sent: its answer is next. */
  expect(method: string): void {
    this.#state = 'head'
    this.#carry = ''
    this.#toHead = method === 'HEAD'
  }

  /** Whether any byte of the expected answer has come. */
  get started(): boolean {
    return this.#state !== 'head' || this.#carry !== ''
  }

  /** Takes what came. Throws H1Error; the connection is useless then. */
  execute(bytes: Buffer, length: number): void {
    let at = 0
    while (at < length) {
      switch (this.#state) {
        case 'head':
          at = this.#head(bytes, at, length)
          break
        case 'length':
        case 'chunk':
          at = this.#counted(bytes, at, length)
          break
        case 'close':
          this.#sink.body(bytes, at, length)
          at = length
          break
        case 'size':
        case 'chunk-end':
        case 'trailer':
          at = this.#line(bytes, at, length)
          break
        case 'idle':
          throw new H1Error('MALFORMED_HTTP', 'the target sent more than its answer')
      }
    }
  }

  /** The target closed: true if that was a proper end of the answer. */
  finish(): boolean {
    if (this.#state !== 'close') return false
    this.#end(false)
    return true
  }

  #head(bytes: Buffer, from: number, length: number): number {
    const before = this.#carry.length
    let text = this.#carry + bytes.toString('latin1', from, Math.min(length, from + firstLook))
    let end = text.indexOf('\r\n\r\n', Math.max(0, before - 3))
    if (end === -1 && length - from > firstLook) {
      text = this.#carry + bytes.toString('latin1', from, Math.min(length, from + maxHeadChars))
      end = text.indexOf('\r\n\r\n', Math.max(0, before - 3))
    }
    if (end === -1) {
      if (!'HTTP/1.'.startsWith(text.slice(0, 7)))
        throw new H1Error('MALFORMED_HTTP', 'the answer is not HTTP: no status line')
      if (text.length >= maxHeadChars) throw new H1Error('HEADERS_TOO_LARGE', 'more than 64 KiB of headers')
      this.#carry = text
      return length
    }
    this.#carry = ''
    const head = parseHead(text.slice(0, end))
    const next = from + end + 4 - before
    if (head.status < 200) {
      if (head.status === 101) throw new H1Error('MALFORMED_HTTP', 'the target switched protocols unasked')
      return next // 100, 102, 103: the answer is still to come
    }
    this.#reusable = head.keepAlive
    const empty = this.#toHead || head.status === 204 || head.status === 304
    this.#sink.head(head)
    if (empty || (!head.chunked && head.length === 0)) this.#end(this.#reusable)
    else if (head.chunked) this.#state = 'size'
    else if (head.length > 0) {
      this.#state = 'length'
      this.#left = head.length
    } else this.#state = 'close'
    return next
  }

  #counted(bytes: Buffer, at: number, length: number): number {
    const until = Math.min(length, at + this.#left)
    this.#left -= until - at
    this.#sink.body(bytes, at, until)
    if (this.#left === 0) {
      if (this.#state === 'chunk') this.#state = 'chunk-end'
      else this.#end(this.#reusable)
    }
    return until
  }

  /** Lines of a chunked body: sizes, the ends of chunks, trailers. */
  #line(bytes: Buffer, at: number, length: number): number {
    const newline = bytes.indexOf(10, at)
    const until = newline === -1 || newline >= length ? length : newline + 1
    this.#carry += bytes.toString('latin1', at, until)
    if (this.#carry.length > maxLineChars) throw new H1Error('MALFORMED_HTTP', 'a chunk’s line without an end')
    if (!this.#carry.endsWith('\n')) return until
    const line = this.#carry.replace(/\r?\n$/, '')
    this.#carry = ''
    if (this.#state === 'size') {
      const size = /^\s*([0-9a-f]{1,12})\s*(;.*)?$/i.exec(line)?.[1]
      if (size === undefined) throw new H1Error('MALFORMED_HTTP', 'a bad chunk size')
      this.#left = Number.parseInt(size, 16)
      this.#state = this.#left === 0 ? 'trailer' : 'chunk'
    } else if (line === '') {
      if (this.#state === 'trailer') this.#end(this.#reusable)
      else this.#state = 'size'
    } else if (this.#state === 'chunk-end') throw new H1Error('MALFORMED_HTTP', 'a chunk longer than its size')
    return until
  }

  #end(reusable: boolean): void {
    this.#state = 'idle'
    this.#sink.end(reusable)
  }
}
