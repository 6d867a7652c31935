/** A message between the load files of two processes. `environment.send()` sends it. */
export interface LoadFileMessage {
  name: string
  /** A copy of the data that was sent, as JSON. */
  data: unknown
  /** Who sent it: the id of a worker, or `master`. In a local run: `local`. */
  from: string
}

/** A handler for `environment.onMessage()`. It may be async. */
export type MessageHandler = (message: LoadFileMessage) => void | Promise<void>

/** Messages without a handler yet are kept: load files register theirs when they get to it. */
const mostKept = 1_000
const mostKeptCharacters = 16_000_000

/** @internal Handlers of messages by name. One that throws stops none of the others. */
export class Mailbox {
  readonly #handlers = new Map<string, readonly MessageHandler[]>()
  readonly #arrived: LoadFileMessage[] = []
  #kept: LoadFileMessage[] = []
  #keptCharacters = 0
  #opening = false
  readonly #onError: (name: string, error: unknown) => void

  constructor(onError: (name: string, error: unknown) => void) {
    this.#onError = onError
  }

  /** Returns how to take the handler away again. */
  add(name: string, handler: MessageHandler): () => void {
    const entry: MessageHandler = (message) => handler(message) // one of its own, though the same handler may be there twice
    this.#handlers.set(name, [...(this.#handlers.get(name) ?? []), entry])
    const waited = this.#kept.filter((message) => message.name === name)
    if (waited.length > 0) {
      this.#kept = this.#kept.filter((message) => message.name !== name)
      if (this.#kept.length === 0) this.#keptCharacters = 0
      this.#arrived.unshift(...waited)
      this.#openSoon()
    }
    return () => {
      const left = (this.#handlers.get(name) ?? []).filter((one) => one !== entry)
      if (left.length > 0) this.#handlers.set(name, left)
      else this.#handlers.delete(name)
    }
  }

  deliver(message: LoadFileMessage): void {
    this.#arrived.push(message)
    this.#openSoon()
  }

  /** Later, but before anything else happens: whoever registers or sends is not called from within, and all come in order. */
  #openSoon(): void {
    if (this.#opening) return
    this.#opening = true
    queueMicrotask(() => this.#open())
  }

  #open(): void {
    this.#opening = false
    for (let message = this.#arrived.shift(); message; message = this.#arrived.shift()) {
      const handlers = this.#handlers.get(message.name)
      if (handlers) for (const handler of handlers) this.#call(handler, message)
      else this.#keep(message)
    }
  }

  /** What nobody may ever ask for is not to fill the process. */
  #keep(message: LoadFileMessage): void {
    if (this.#kept.length >= mostKept || this.#keptCharacters >= mostKeptCharacters) return
    this.#keptCharacters += lengthOf(message.data)
    if (this.#keptCharacters < mostKeptCharacters) this.#kept.push(message)
  }

  #call(handler: MessageHandler, message: LoadFileMessage): void {
    try {
      const result = handler(message)
      if (result instanceof Promise) result.catch((error: unknown) => this.#onError(message.name, error))
    } catch (error) {
      this.#onError(message.name, error)
    }
  }
}

/** What came over a wire may be what JSON does not write. */
function lengthOf(data: unknown): number {
  try {
    return JSON.stringify(data)?.length ?? 0
  } catch {
    return mostKeptCharacters
  }
}
