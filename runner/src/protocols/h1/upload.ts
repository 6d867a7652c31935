import type { Socket } from 'node:net'
import type { StreamedBody } from '../streamed-body.ts'
import { H1Error } from './h1-error.ts'

/**
 * Sends a streamed body as fast as the target takes it: counted if its length is known, in chunks otherwise (RFC 9112 §7.1).
 */
export class Upload {
  /** All of it has been handed to the socket. */
  done = false
  #stopped = false
  #wake: (() => void) | undefined
  readonly #socket: Socket
  readonly #body: StreamedBody

  constructor(socket: Socket, body: StreamedBody) {
    this.#socket = socket
    this.#body = body
  }

  /** Throws what the source throws, and `BODY_LENGTH` if it has another length than it says. Never writes more than that length. */
  async run(): Promise<void> {
    const { length } = this.#body
    const source = this.#body[Symbol.asyncIterator]()
    let exhausted = false
    let sent = 0
    try {
      while (!this.#stopped) {
        const { done, value } = await source.next()
        if (done) {
          exhausted = true
          if (this.#stopped) return
          if (length === undefined) this.#socket.write('0\r\n\r\n', 'latin1')
          else if (sent < length) throw wrongLength(`ended after ${sent}`, length)
          this.done = true
          return
        }
        const bytes = typeof value === 'string' ? Buffer.from(value) : value
        sent += bytes.length
        if (length !== undefined && sent > length) throw wrongLength(`has more than ${length}`, length)
        if (this.#stopped || bytes.length === 0) continue
        if (!(length === undefined ? this.#chunk(bytes) : this.#socket.write(bytes))) await this.#drained()
      }
    } finally {
      if (!exhausted) source.return?.()?.catch(() => {})
    }
  }

  /** Nobody wants the rest of it. */
  stop(): void {
    this.#stopped = true
    this.#wake?.()
  }

  #chunk(bytes: Uint8Array): boolean {
    const socket = this.#socket
    socket.cork()
    socket.write(`${bytes.length.toString(16)}\r\n`, 'latin1')
    socket.write(bytes)
    const room = socket.write('\r\n', 'latin1')
    socket.uncork()
    return room
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#socket.off('drain', this.#wake as () => void)
        this.#wake = undefined
        resolve()
      }
      if (this.#stopped) this.#wake()
      else this.#socket.on('drain', this.#wake)
    })
  }
}

function wrongLength(what: string, length: number): H1Error {
  return new H1Error('BODY_LENGTH', `the body ${what} bytes, but its content-length is ${length}`)
}
