import { connect as connectTcp, type Socket } from 'node:net'
import type { Transfer, TransferController } from '../engine.ts'
import { mayBeSentAgain } from '../sent-again.ts'
import type { StreamedBody } from '../streamed-body.ts'
import { tlsModule } from '../when-used.ts'
import { H1Error } from './h1-error.ts'
import type { H1Target } from './h1-target.ts'
import type { ResponseHead } from './response-head.ts'
import { ResponseParser, type ResponseSink } from './response-parser.ts'
import { Upload } from './upload.ts'
import { surviveWriteFailure } from './write-failure.ts'

/** What a connection tells the client that owns it. */
export interface ConnectionOwner {
  /** Free for the next request. */
  idle(connection: H1Connection): void
  /** It is closed. `again` was sent on it in vain and needs a new connection. */
  gone(connection: H1Connection, again?: Transfer): void
  /** A request that was never written needs another connection. */
  dispatch(transfer: Transfer): void
}

/** Sockets read into one buffer: what is kept is copied, and an idle connection holds no buffer of its own. */
const shared = Buffer.allocUnsafeSlow(64 * 1024)
/** How long before the target's own idle limit a connection is no longer used, so as not to race its end. */
const idleMarginMs = 1_000
/** After so long without use, what the target may have said since is read before the next request is written. */
const looksFirstMs = 1_000

/**
 * One HTTP/1.1 connection, one request at a time. Its own controller (`abort`) and its parser's sink, so that a request costs no objects
 * here.
 */
export class H1Connection implements ResponseSink, TransferController {
  readonly #owner: ConnectionOwner
  readonly #target: H1Target
  readonly #parser = new ResponseParser(this)
  #socket: Socket | undefined
  #transfer: Transfer | undefined
  #connectTimer: NodeJS.Timeout | undefined
  #connected = false
  #sent = false
  /** It has carried a response before. */
  #used = false
  /** More of what was received may be waiting behind the last response. */
  #behind = false
  #upload: Upload | undefined
  #writeError: Error | undefined
  #hasRead = false
  #idleSince = 0
  #idleMs = 0
  #error: Error | undefined
  #closed = false

  constructor(target: H1Target, owner: ConnectionOwner) {
    this.#owner = owner
    this.#target = target
  }

  connect(): void {
    const { host, port, tls, lookup, connectTimeoutMs, sockets } = this.#target
    if (!sockets.take()) {
      // as late as the system would tell it
      queueMicrotask(() => this.#fail(sockets.exhausted()))
      return
    }
    const onread = { buffer: shared, callback: (length: number) => this.#read(length) }
    const where = { host, port, onread, ...(lookup ? { lookup } : {}) }
    const socket = tls ? tlsModule().connect({ ...tls, ...where }) : connectTcp({ ...where, noDelay: true })
    if (tls) socket.setNoDelay(true)
    this.#socket = socket
    surviveWriteFailure(socket, (error) => this.#writeFailed(error))
    socket.on(tls ? 'secureConnect' : 'connect', () => this.#opened())
    socket.on('error', (error) => (this.#error ??= error))
    socket.on('end', () => this.#gone())
    socket.on('close', () => this.#gone())
    this.#connectTimer = setTimeout(() => {
      this.#fail(new H1Error('CONNECT_TIMEOUT', `no connection within ${connectTimeoutMs} ms`))
    }, connectTimeoutMs)
  }

  /** Without a request, and open. */
  get free(): boolean {
    return this.#transfer === undefined && this.#connected && !this.#closed
  }

  /** Whether an idle connection is worth another request. */
  fresh(now: number): boolean {
    const idleMs = this.#idleMs
    return idleMs === 0 || now - this.#idleSince < idleMs - Math.min(idleMarginMs, idleMs / 2)
  }

  start(transfer: Transfer): void {
    this.#transfer = transfer
    this.#sent = false
    transfer.onStart(this)
    if (!this.#connected || this.#transfer !== transfer) return
    if (transfer.leavesAt - this.#idleSince >= looksFirstMs)
      // the first may come before the loop reads sockets again, the second cannot
      setImmediate(() => setImmediate(() => this.#sendLate(transfer)))
    else if (this.#behind) setImmediate(() => this.#sendLate(transfer))
    else this.#send(transfer)
  }

  /** Gives up the request under way; if the target may have seen it, the connection cannot be used any more. */
  abort(reason: Error): void {
    const transfer = this.#transfer
    if (this.#sent || !transfer) {
      this.#fail(reason)
      return
    }
    this.#transfer = undefined
    if (this.#connected) this.#owner.idle(this)
    transfer.onError(reason)
  }

  pause(): void {
    this.#socket?.pause()
  }

  resume(): void {
    this.#socket?.resume()
  }

  destroy(): void {
    this.#fail(closed('the user stopped'))
  }

  head(head: ResponseHead): void {
    this.#idleMs = head.idleMs
    // the target has seen enough of the request (RFC 9112 §9.5)
    if (this.#upload && (head.status >= 300 || !head.keepAlive)) this.#upload.stop()
    this.#transfer?.onHead(head)
  }

  body(bytes: Buffer, start: number, end: number): void {
    this.#transfer?.onBody(bytes, start, end)
  }

  end(reusable: boolean): void {
    const transfer = this.#transfer
    if (!transfer) return
    this.#transfer = undefined
    this.#idleSince = Number.POSITIVE_INFINITY // a redirect may go on with it at once, before the end is known
    this.#used = true
    if (reusable && transfer.keepAlive && this.#written(transfer)) this.#owner.idle(this)
    else this.#close()
    transfer.onEnd()
    this.#idleSince = Math.max(transfer.endedAt, transfer.leavesAt)
  }

  #opened(): void {
    this.#connected = true
    clearTimeout(this.#connectTimer)
    this.#connectTimer = undefined
    const transfer = this.#transfer
    if (transfer) this.#send(transfer)
    else this.#owner.idle(this)
  }

  #sendLate(transfer: Transfer): void {
    if (this.#transfer !== transfer) return
    transfer.onDelayed()
    this.#send(transfer)
  }

  #send(transfer: Transfer): void {
    const socket = this.#socket as Socket
    this.#parser.expect(transfer.method)
    this.#sent = true
    this.#behind = false
    transfer.onSent()
    const { body } = transfer
    if (body === undefined) socket.write(transfer.head, 'latin1')
    else if (typeof body === 'string' || Buffer.isBuffer(body)) {
      socket.cork()
      socket.write(transfer.head, 'latin1')
      socket.write(body)
      socket.uncork()
    } else void this.#stream(transfer, socket, body)
  }

  async #stream(transfer: Transfer, socket: Socket, body: StreamedBody): Promise<void> {
    const upload = new Upload(socket, body)
    this.#upload = upload
    socket.write(transfer.head, 'latin1')
    try {
      await upload.run()
    } catch (error) {
      if (this.#transfer === transfer && !this.#writeError)
        this.#fail(error instanceof Error ? error : new Error(String(error)))
    }
  }

  /** Whether the whole request is out. If not, its response has ended it, and nothing else can follow on this connection. */
  #written({ body }: Transfer): boolean {
    if (body === undefined) return true
    const done = this.#upload?.done ?? true
    this.#upload?.stop()
    this.#upload = undefined
    return done && !this.#writeError && this.#socket?.writableLength === 0
  }

  /** The target takes no more, but may have answered before. */
  #writeFailed(error: Error): boolean {
    if (this.#closed || !this.#transfer || !this.#sent) return false
    this.#writeError = error
    this.#upload?.stop()
    this.#readRest()
    return true
  }

  /** Of a broken connection: until two turns of the loop bring nothing more. Node does not tell the end of a socket whose write failed. */
  #readRest(): void {
    this.#hasRead = false
    setImmediate(() =>
      setImmediate(() => {
        if (this.#hasRead) this.#readRest()
        else this.#gone()
      }),
    )
  }

  #read(length: number): boolean {
    if (this.#closed) return true
    // a full buffer has more behind it; so may a TLS record, of which several can come at once
    this.#behind = length === shared.length || this.#target.tls !== undefined
    this.#hasRead = true
    try {
      this.#parser.execute(shared, length)
    } catch (error) {
      if (!this.#moved()) this.#fail(error as Error)
    }
    return true
  }

  /** The target has closed its side, or the socket is closed for whatever reason. */
  #gone(): void {
    if (this.#closed || this.#moved()) return
    const transfer = this.#transfer
    if (transfer && this.#sent && !this.#error && this.#parser.finish()) return
    const error = this.#error ?? this.#writeError ?? closed('the target closed the connection')
    if (transfer && this.#sent && this.#used && !this.#parser.started) this.#goneWhileIdle(transfer, error)
    else this.#fail(error)
  }

  /** The look before writing has found the connection useless: no harm done, the request takes another. */
  #moved(): boolean {
    const transfer = this.#transfer
    if (!transfer || !this.#connected || this.#sent) return false
    this.#transfer = undefined
    this.#close()
    this.#owner.dispatch(transfer)
    return true
  }

  /** Most likely the target closed the idle connection while the request was on its way. */
  #goneWhileIdle(transfer: Transfer, cause: Error): void {
    if (mayBeSentAgain(transfer)) {
      this.#transfer = undefined
      transfer.onRetry()
      this.#close(transfer)
    } else {
      const message = 'the target closed an idle connection, and sent no response'
      this.#fail(new H1Error('KEPT_CONNECTION_CLOSED', message, { cause }))
    }
  }

  #fail(error: Error): void {
    const transfer = this.#transfer
    this.#transfer = undefined
    this.#close()
    transfer?.onError(error)
  }

  #close(again?: Transfer): void {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#connectTimer)
    this.#upload?.stop()
    this.#upload = undefined
    if (this.#socket) {
      this.#socket.destroy()
      this.#target.sockets.give()
    }
    this.#owner.gone(this, again)
  }
}

function closed(message: string): H1Error {
  return new H1Error('CONNECTION_CLOSED', message)
}
