import type { Link } from '../link.ts'
import type { ToMaster, ToWorker } from '../messages.ts'

/** The master's end of the way to one worker, whatever that worker speaks: keeps what comes until somebody takes it. */
export abstract class PeerLink implements Link<ToWorker, ToMaster> {
  readonly id: string
  #handler: ((message: ToMaster) => void) | undefined
  #onClosed: ((reason: string) => void) | undefined
  readonly #inbox: ToMaster[] = []
  #closedBecause: string | undefined

  constructor(id: string) {
    this.id = id
  }

  get isClosed(): boolean {
    return this.#closedBecause !== undefined
  }

  abstract send(message: ToWorker): void

  get mayStillRun(): boolean {
    return false
  }

  receive(handler: (message: ToMaster) => void): void {
    this.#handler = handler
    for (const message of this.#inbox.splice(0)) handler(message)
  }

  closed(handler: (reason: string) => void): void {
    this.#onClosed = handler
    if (this.#closedBecause !== undefined) handler(this.#closedBecause)
  }

  close(): void {
    this.hangUp('closed')
  }

  /** The worker is gone: nothing more will come of it. */
  hangUp(reason: string): void {
    if (this.#closedBecause !== undefined) return
    this.#closedBecause = reason
    this.#onClosed?.(reason)
  }

  protected hand(message: ToMaster): void {
    if (this.#closedBecause !== undefined) return
    if (this.#handler) this.#handler(message)
    else this.#inbox.push(message)
  }
}
