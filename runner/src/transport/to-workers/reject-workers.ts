import { katydidOf, type Offer, protocol } from '../katydid/wire.ts'
import { BadFrame, decodeFrame, type Frame } from '../locust/decode.ts'
import { ack, quit } from '../locust/frames.ts'

export interface RejectingServerOptions {
  run: string
  /** The reason, for katydid workers. Locust's messages have no room for one. */
  why: string
  /** The exit code of katydid workers that are told to leave. */
  exitCode: number
  transmit(id: string, bytes: Uint8Array): void
}

/** Answers workers when there is no run: they are told why and leave, instead of waiting for nothing. */
export class RejectingServer {
  readonly #options: RejectingServerOptions
  #greeted = 0

  constructor(options: RejectingServerOptions) {
    this.#options = options
  }

  receive(id: string, bytes: Uint8Array): void {
    const { run, why, exitCode, transmit } = this.#options
    let frame: Frame
    try {
      frame = decodeFrame(bytes)
    } catch (error) {
      if (!(error instanceof BadFrame)) throw error
      return
    }
    // only the message after the greeting tells what kind of worker it is
    if (frame.type === 'client_ready') transmit(id, ack(id, this.#greeted++, { protocol, run } satisfies Offer))
    else if (katydidOf(frame.data)) transmit(id, quit(id, { why, exitCode }))
    else if (frame.type === 'heartbeat') transmit(id, quit(id))
  }
}
