import { StopTest } from '../environment/control-flow.ts'
import { currentRuntime } from '../environment/current-runtime.ts'

/**
 * A function that is called with an event. It may be async. It may declare a more exact type of the event:
 * `({ environment }: EnvironmentEvent<typeof params>) => …`.
 */
export type Listener<Payload> = Listening<Payload>['listener']

/** Parameters of methods are compared both ways, those of functions are not. */
interface Listening<Payload> {
  listener(payload: Payload): unknown
}

/**
 * One kind of event. Listeners get a `Payload`. `fire` takes a `Fired`, if that type differs. If a listener throws, the other
 * listeners and the run continue, but the verdict is `broken`.
 */
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

  /** Whether the event has a listener. */
  get hasListeners(): boolean {
    return this.#listeners.length > 0
  }

  /** Adds a listener and returns it. Pass the result to `removeListener` to remove it. */
  addListener<Added extends Listener<Payload>>(listener: Added): Added {
    this.#listeners = [...this.#listeners, listener]
    return listener
  }

  /** Removes a listener. Does nothing if the listener was not added. */
  removeListener(listener: Listener<Payload>): void {
    const at = this.#listeners.indexOf(listener)
    if (at >= 0) this.#listeners = this.#listeners.toSpliced(at, 1)
  }

  /** Removes all listeners of this event. */
  removeAllListeners(): void {
    this.#listeners = []
    this.#failed = new WeakSet()
  }

  /** Calls all listeners. Does not wait for async listeners. */
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

  /** Calls all listeners one after another. Waits for each listener before it calls the next. */
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
