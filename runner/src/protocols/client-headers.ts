import { type Auth, authorization, type HeaderFields } from './http-options.ts'
import type { HttpBase, HttpOrigin } from './origin.ts'
import { headerLines, headerMap, overlay } from './request-head.ts'

/** A user's default headers. Most users have none of their own, and then share the text of their target. */
export class ClientHeaders {
  #auth: Auth | null | undefined
  #record: Record<string, string> | undefined
  #text: string | undefined

  get auth(): Auth | null | undefined {
    return this.#auth
  }

  set auth(auth: Auth | null | undefined) {
    if (auth !== undefined && auth !== null) authorization(auth) // throws here, where the mistake is
    this.#auth = auth
    this.#text = undefined
  }

  /** To be written to at any time, also by whoever kept it: it tells us when the text has to be made anew. */
  get record(): Record<string, string> {
    return (this.#record ??= new Proxy<Record<string, string>>(
      {},
      {
        set: (record, name, value) => {
          this.#text = undefined
          return Reflect.set(record, name, value)
        },
        deleteProperty: (record, name) => {
          this.#text = undefined
          return Reflect.deleteProperty(record, name)
        },
      },
    ))
  }

  /** Throws RequestTypeError for what are no headers, and then changes nothing. */
  replace(fields: HeaderFields): void {
    const headers = overlay(new Map(), fields)
    const { record } = this
    for (const name of Object.keys(record)) delete record[name]
    Object.assign(record, Object.fromEntries(headers))
  }

  /** The lines of a request to `origin`. Credentials are for the user's own host only. */
  lines(origin: HttpOrigin, base: HttpBase | undefined): string {
    const home = base === undefined || origin === base.origin
    const auth = home ? (this.#auth === undefined ? base?.auth : this.#auth) : undefined
    if (!this.#record && !auth) return origin.fixedHead
    if (home && base && this.#text !== undefined) return this.#text
    const headers = headerMap(origin.fixedHead)
    if (auth) headers.set('authorization', authorization(auth))
    if (this.#record) overlay(headers, this.#record)
    const text = headerLines(headers)
    if (home && base) this.#text = text
    return text
  }
}
