import type { Engine } from './engine.ts'
import type { HttpOrigin } from './origin.ts'

/** Who makes engines, or has one for all clients. */
interface EngineSource {
  engine(origin: HttpOrigin): Engine
}

/** The connections of one client: to its own host, of which most users have no other, and to wherever redirects and URLs lead. */
export class ClientEngines {
  readonly #protocol: EngineSource
  #own: Engine | undefined
  #others: Map<HttpOrigin, Engine> | undefined

  constructor(protocol: EngineSource) {
    this.#protocol = protocol
  }

  /** `isOwn`: it is the client's own host. */
  of(origin: HttpOrigin, isOwn: boolean): Engine {
    if (isOwn) return (this.#own ??= this.#protocol.engine(origin))
    this.#others ??= new Map()
    let engine = this.#others.get(origin)
    if (!engine) this.#others.set(origin, (engine = this.#protocol.engine(origin)))
    return engine
  }

  /** The client's own host is another one now. */
  move(before: HttpOrigin | undefined, now: HttpOrigin | undefined): void {
    if (before && this.#own) (this.#others ??= new Map()).set(before, this.#own)
    this.#own = now && this.#others?.get(now)
    if (now) this.#others?.delete(now)
  }

  closeIdle(): void {
    this.#own?.closeIdle()
    for (const engine of this.#others?.values() ?? []) engine.closeIdle()
  }

  destroy(): void {
    this.#own?.destroy()
    for (const engine of this.#others?.values() ?? []) engine.destroy()
  }
}
