/**
 * The receiving half of every link: keeps messages until there is a receiver, and tells once that the other side is gone.
 * Messages reach the receiver one at a time and in order, also when handling one of them brings another.
 */
export class Inbox<Message> {
  readonly #kept: Message[] = []
  readonly #mostKept: number
  #handler: ((message: Message) => void) | undefined
  #onClosed: ((reason: string) => void) | undefined
  #closedBecause: string | undefined
  #delivering = false

  /** `mostKept`: how many messages wait for a receiver; more are dropped. Left out: all of them wait. */
  constructor(mostKept = Number.POSITIVE_INFINITY) {
    this.#mostKept = mostKept
  }

  /** Sets the receiver. It gets the kept messages at once. */
  receive(handler: (message: Message) => void): void {
    this.#handler = handler
    this.#deliver()
  }

  /** Takes a message for the receiver. After `close` it is dropped. */
  take(message: Message): void {
    if (this.isClosed) return
    if (!this.#handler && this.#kept.length >= this.#mostKept) return
    this.#kept.push(message)
    this.#deliver()
  }

  /** Sets who is told of the end; told at once where it has come already. */
  closed(handler: (reason: string) => void): void {
    this.#onClosed = handler
    if (this.#closedBecause !== undefined) handler(this.#closedBecause)
  }

  /** Nothing more comes. Only the first reason is told. */
  close(reason: string): void {
    if (this.isClosed) return
    this.#closedBecause = reason
    this.#onClosed?.(reason)
  }

  get isClosed(): boolean {
    return this.#closedBecause !== undefined
  }

  #deliver(): void {
    if (this.#delivering) return
    this.#delivering = true
    try {
      while (this.#handler && this.#kept.length > 0) this.#handler(this.#kept.shift() as Message)
    } finally {
      this.#delivering = false
    }
  }
}
