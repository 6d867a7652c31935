/** Why a frame was dropped: its peer is not connected, or takes no more for now. */
export type Undelivered = 'unreachable' | 'full'

/**
 * One sender for a socket, since ZeroMQ takes one send at a time. Frames go out in order. A frame that a peer does not take is dropped and told;
 * whoever needs it sends it again.
 */
export class SendQueue<Frame> {
  readonly #send: (frame: Frame) => Promise<void>
  readonly #onUndelivered: (frame: Frame, why: Undelivered) => void
  #frames: Frame[] = []
  #draining: Promise<void> | undefined
  #closed = false

  constructor(send: (frame: Frame) => Promise<void>, onUndelivered: (frame: Frame, why: Undelivered) => void) {
    this.#send = send
    this.#onUndelivered = onUndelivered
  }

  push(frame: Frame): void {
    if (this.#closed) return
    this.#frames.push(frame)
    this.#draining ??= this.#drain()
  }

  /** Takes no more frames. Settles when all frames are sent. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#draining
  }

  async #drain(): Promise<void> {
    while (this.#frames.length > 0) {
      const batch = this.#frames
      this.#frames = []
      for (const frame of batch)
        try {
          await this.#send(frame)
        } catch (error) {
          const { code } = error as NodeJS.ErrnoException
          if (code === 'EAGAIN') this.#onUndelivered(frame, 'full')
          else this.#onUndelivered(frame, 'unreachable')
        }
    }
    this.#draining = undefined
  }
}
