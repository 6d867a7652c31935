import { randomBytes } from 'node:crypto'

/** One visitor: who they are, what is in their cart. Both are bounded by the catalogue and by `Sessions`. */
export interface Session {
  readonly id: string
  user: string | undefined
  readonly cart: Map<number, number>
}

/** Sessions by cookie. The one unused for longest goes when there are too many, so that a soak test cannot fill the memory. */
export class Sessions {
  readonly #byId = new Map<string, Session>()
  readonly #max: number

  constructor(max = 20_000) {
    this.#max = max
  }

  get size(): number {
    return this.#byId.size
  }

  find(cookieHeader: string | undefined): Session | undefined {
    const id = cookieHeader && /(?:^|;\s*)session=([^;]+)/.exec(cookieHeader)?.[1]
    const session = id ? this.#byId.get(id) : undefined
    if (session) {
      // a Map keeps the order of insertion: the first is the one unused for longest
      this.#byId.delete(session.id)
      this.#byId.set(session.id, session)
    }
    return session
  }

  open(): Session {
    const session: Session = { id: randomBytes(12).toString('base64url'), user: undefined, cart: new Map() }
    this.#byId.set(session.id, session)
    if (this.#byId.size > this.#max) this.#byId.delete(this.#byId.keys().next().value!)
    return session
  }
}
