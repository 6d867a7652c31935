import { StopTest } from '../environment/control-flow.ts'
import { currentRuntime } from '../environment/current-runtime.ts'

/** Gets what happened; may be async. It may say more of it than is known here: `({ environment }: EnvironmentEvent<typeof params>) => …`. */
export type Listener<Payload> = Listening<Payload>['listener']

/** Parameters of methods are compared both ways, those of functions are not. */
interface Listening<Payload> {
  listener(payload: Payload): unknown
}

/** One kind of event; `Fired` is what firing it takes where that differs from what listeners get. A listener that throws stops neither the others nor the run, but the run is no longer to be trusted. */
export class EventHook<Payload, Fired = Payload> {
  readonly name: string
  readonly #reverse: boolean
  #listeners: readonly Listener<Payload>[] = []
  /** Those that failed: told once each, since a hook may fire thousands of times a second. */
  #failed = new WeakSet<Listener<Payload>>()

  constructor(name: string, options: { reverse?: boolean } = {}) {
    this.name = name
    this.#reverse = options.reverse ?? false
  }

  get hasListeners(): boolean {
    return this.#listeners.length > 0
  }

  /** Returns the listener, for `removeListener`. */
  addListener<Added extends Listener<Payload>>(listener: Added): Added {
    this.#listeners = [...this.#listeners, listener]
    return listener
  }

  /** Takes a listener away; one that was never added is no error. */
  removeListener(listener: Listener<Payload>): void {
    const at = this.#listeners.indexOf(listener)
    if (at >= 0) this.#listeners = this.#listeners.toSpliced(at, 1)
  }

  removeAllListeners(): void {
    this.#listeners = []
    this.#failed = new WeakSet()
  }

  /** Calls all listeners, without waiting for async ones. */
  fire(payload: Fired): void {
    this.deliver(payload as unknown as Payload)
  }

  protected deliver(payload: Payload): void {
    for (const listener of this.#inOrder()) {
      try {
        const result = listener(payload)
        if (result instanceof Promise) result.catch((error) => this.#threw(listener, error))
      } catch (error) {
        this.#threw(listener, error)
      }
    }
  }

  /** Calls all listeners one after the other, each awaited before the next. */
  async fireAsync(payload: Fired): Promise<void> {
    for (const listener of this.#inOrder()) {
      try {
        await listener(payload as unknown as Payload)
      } catch (error) {
        this.#threw(listener, error)
      }
    }
  }

  #inOrder(): readonly Listener<Payload>[] {
    return this.#reverse ? this.#listeners.toReversed() : this.#listeners
  }

  #threw(listener: Listener<Payload>, error: unknown): void {
    const runtime = currentRuntime()
    if (!runtime) throw error
    if (error instanceof StopTest) runtime.end(error)
    else if (!this.#failed.has(listener)) {
      this.#failed.add(listener)
      runtime.onListenerError?.(this.name, error)
    }
  }
}
