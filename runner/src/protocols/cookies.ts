import { type Cookie, domainMatches, parseSetCookie, pathMatches } from './cookie-parse.ts'
import type { HttpOrigin } from './origin.ts'

/** As browsers do: the oldest go. */
const maxCookies = 300

/** A user's cookies (RFC 6265). Costs nothing while it is empty. */
export class CookieJar {
  readonly #cookies: Cookie[] = []
  readonly #home: () => HttpOrigin | undefined

  /** @internal */
  constructor(home: () => HttpOrigin | undefined) {
    this.#home = home
  }

  get size(): number {
    return this.#cookies.length
  }

  /** The value of a cookie that requests to the user's host (to `path` there) would carry. */
  get(name: string, path?: string): string | undefined {
    const home = this.#home()
    return this.#cookies.find(
      (cookie) => cookie.name === name && (!home || path === undefined || applies(cookie, home, path)),
    )?.value
  }

  /** Sets a cookie for the user's host, or for another domain and its subdomains. */
  set(name: string, value: string, options: { domain?: string; path?: string } = {}): void {
    const host = options.domain?.toLowerCase().replace(/^\./, '') ?? this.#home()?.target.host ?? ''
    const path = options.path ?? '/'
    const common = { name, value, secure: false, expiresAt: Number.POSITIVE_INFINITY }
    this.#store({ ...common, domain: host, hostOnly: options.domain === undefined, path }, Date.now())
  }

  /** Forgets one name, or everything. */
  clear(name?: string): void {
    for (let i = this.#cookies.length - 1; i >= 0; i--)
      if (name === undefined || this.#cookies[i]?.name === name) this.#cookies.splice(i, 1)
  }

  /** @internal The Cookie header for a request; empty if none applies. */
  header(origin: HttpOrigin, target: string): string {
    const now = Date.now()
    const query = target.indexOf('?')
    const path = query === -1 ? target : target.slice(0, query)
    const found: Cookie[] = []
    for (const cookie of this.#cookies) if (cookie.expiresAt > now && applies(cookie, origin, path)) found.push(cookie)
    if (found.length > 1) found.sort((a, b) => b.path.length - a.path.length) // §5.4: longer paths first, then age
    return found.map(({ name, value }) => `${name}=${value}`).join('; ')
  }

  /** @internal Takes what an answer sets. */
  receive(setCookies: readonly string[], origin: HttpOrigin, target: string): void {
    const now = Date.now()
    const path = target.split('?', 1)[0] as string
    for (const text of setCookies) {
      const cookie = parseSetCookie(text, origin.target.host, path, now)
      if (cookie && (!cookie.secure || origin.secure)) this.#store(cookie, now)
    }
  }

  #store(cookie: Cookie, now: number): void {
    const { name, domain, path } = cookie
    const at = this.#cookies.findIndex((old) => old.name === name && old.domain === domain && old.path === path)
    if (cookie.expiresAt <= now) {
      if (at !== -1) this.#cookies.splice(at, 1)
    } else if (at !== -1) this.#cookies[at] = cookie
    else {
      this.#cookies.push(cookie)
      if (this.#cookies.length > maxCookies) this.#cookies.shift()
    }
  }
}

function applies(cookie: Cookie, origin: HttpOrigin, path: string): boolean {
  const { host } = origin.target
  if (cookie.secure && !origin.secure) return false
  return (
    (cookie.hostOnly ? host === cookie.domain : domainMatches(host, cookie.domain)) && pathMatches(path, cookie.path)
  )
}
