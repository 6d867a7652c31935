import { ChunkSizes } from './chunk-sizes.ts'
import { H1Error, malformed } from './h1-error.ts'
import { HeadReader } from './head-reader.ts'
import type { ResponseHead } from './response-head.ts'

/** What a parser finds, in order: one head, any number of pieces of body, one end. */
export interface ResponseSink {
  head(head: ResponseHead): void
  /** `bytes[start, end)` is body; the buffer is reused after the call. */
  body(bytes: Buffer, start: number, end: number): void
  /** The response is complete. The last thing the parser does with a piece: from here on the next request may be sent. */
  end(reusable: boolean): void
}

type State =
  | 'idle'
  | 'head'
  | 'length'
  | 'close'
  | 'size'
  | 'chunk'
  | 'chunk-end'
  | 'chunk-lf'
  | 'trailers'
  | 'complete'

/** What a head, with the interim responses before it, and trailers may have: as much as browsers take. */
const maxHeadBytes = 256 * 1024
const lf = 10
const cr = 13

/** Heads come in one piece nearly always: one reader for all connections, until a head does not. */
let spareReader = new HeadReader()

/**
 * HTTP/1.x responses (RFC 9112 §6 and §7) from pieces of any size. What follows a complete response in the same piece belongs to no
 * request: the response is good, its connection is not.
 */
export class ResponseParser {
  readonly #sink: ResponseSink
  #state: State = 'idle'
  #started = false
  #toHead = false
  #keepAlive = false
  #left = 0
  #headBytes = 0
  #reader: HeadReader | undefined
  #sizes: ChunkSizes | undefined

  constructor(sink: ResponseSink) {
    this.#sink = sink
  }

  /** A request is being sent: its response is next. */
  expect(method: string): void {
    this.#state = 'head'
    this.#started = false
    this.#toHead = method === 'HEAD'
    this.#headBytes = 0
  }

  /** Whether any byte came since the request. */
  get started(): boolean {
    return this.#started
  }

  /** Takes what came. Throws H1Error; the connection is useless then. */
  execute(bytes: Buffer, length: number): void {
    this.#started = true
    let at = 0
    while (at < length && this.#state !== 'complete') at = this.#step(bytes, at, length)
    if (this.#state !== 'complete') return
    this.#state = 'idle'
    this.#sink.end(this.#keepAlive && at === length)
  }

  /** The target closed: true if that was a proper end of the response. */
  finish(): boolean {
    if (this.#state !== 'close') return false
    this.#state = 'idle'
    this.#sink.end(false)
    return true
  }

  #step(bytes: Buffer, at: number, length: number): number {
    switch (this.#state) {
      case 'head': {
        const next = this.#readHead(bytes, at, length, false)
        return next === -1 ? length : next
      }
      case 'length':
      case 'chunk': {
        const until = Math.min(length, at + this.#left)
        this.#left -= until - at
        if (this.#left === 0) this.#state = this.#state === 'chunk' ? 'chunk-end' : 'complete'
        this.#sink.body(bytes, at, until)
        return until
      }
      case 'close':
        this.#sink.body(bytes, at, length)
        return length
      case 'size': {
        const sizes = this.#sizes as ChunkSizes
        const next = sizes.read(bytes, at, length)
        if (next === -1) return length
        this.#left = sizes.size
        this.#state = sizes.size === 0 ? 'trailers' : 'chunk'
        if (sizes.size === 0) this.#headBytes = 0
        return next
      }
      case 'chunk-end':
        if (bytes[at] === ((this.#sizes as ChunkSizes).bareLf ? lf : cr)) {
          this.#state = bytes[at] === cr ? 'chunk-lf' : 'size'
          return at + 1
        }
        throw malformed('a chunk longer than its size')
      case 'chunk-lf':
        if (bytes[at] !== lf) throw malformed('a CR without LF')
        this.#state = 'size'
        return at + 1
      case 'trailers': {
        const next = this.#readHead(bytes, at, length, true)
        if (next === -1) return length
        this.#state = 'complete'
        return next
      }
      default:
        throw malformed('the target sent more bytes than its response has')
    }
  }

  /** The index after a head or trailers, or -1 if they go on in the next piece. */
  #readHead(bytes: Buffer, at: number, length: number, trailers: boolean): number {
    let reader = this.#reader
    let next: number
    if (reader) next = reader.more(bytes, at, length)
    else {
      reader = spareReader
      reader.start(at, trailers)
      next = reader.read(bytes, length)
      if (next === -1) {
        reader.keep(bytes, length)
        this.#reader = reader
        spareReader = new HeadReader()
      }
    }
    this.#headBytes += (next === -1 ? length : next) - at
    if (this.#headBytes > maxHeadBytes) throw new H1Error('HEADERS_TOO_LARGE', 'more than 256 KiB of headers')
    if (next === -1) return -1
    this.#reader = undefined
    if (!trailers) this.#headRead(reader.head(bytes))
    return next
  }

  /** RFC 9112 §6.3: how long the body is. */
  #headRead(head: ResponseHead): void {
    const { status } = head
    if (status < 200) {
      if (status === 101) throw malformed('the target switched protocols, but the request did not ask for it')
      return // 100, 102, 103: the response is still to come
    }
    this.#keepAlive = head.keepAlive
    if (this.#toHead || status === 204 || status === 304 || head.length === 0) this.#state = 'complete'
    else if (head.chunked) {
      this.#state = 'size'
      this.#sizes ??= new ChunkSizes()
      this.#sizes.start()
    } else if (head.length > 0) {
      this.#state = 'length'
      this.#left = head.length
    } else this.#state = 'close'
    this.#sink.head(head)
  }
}
