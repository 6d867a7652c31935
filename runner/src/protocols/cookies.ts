import { type Cookie, domainMatches, isLoopback, parseSetCookie, pathMatches } from './cookie-parse.ts'
import type { HttpOrigin } from './origin.ts'
import { kindOf, RequestTypeError } from './request-error.ts'

/** As browsers do: the oldest go. */
const maxCookies = 300

/** The cookies of a user, as a browser keeps them (RFC 6265). It keeps at most 300 and drops the oldest first. */
export class CookieJar {
  readonly #cookies: Cookie[] = []
  readonly #home: () => HttpOrigin | undefined
  readonly #onRefused: (() => void) | undefined

  /** @internal `onRefused`: a Secure cookie came in the clear. */
  constructor(home: () => HttpOrigin | undefined, onRefused?: () => void) {
    this.#home = home
    this.#onRefused = onRefused
  }

  /** Number of cookies. */
  get size(): number {
    return this.#cookies.length
  }

  /** Returns the value of a cookie that a request to the host of the user sends. With `path`: a request to this path. */
  get(name: string, path?: string): string | undefined {
    const home = this.#home()
    const now = Date.now()
    return this.#cookies.find(
      (cookie) =>
        cookie.name === name &&
        cookie.expiresAt > now &&
        (!home || belongs(cookie, home)) &&
        (path === undefined || pathMatches(path, cookie.path)),
    )?.value
  }

  /**
   * Sets a cookie for the host of the user. With `domain`: for that domain and its subdomains.
   *
   *     this.client.cookies.set('consent', 'yes', { path: '/shop' })
   *
   * @throws TypeError if a Cookie header cannot hold the name or the value, or if an option is wrong
   */
  set(name: string, value: string | number, options: { domain?: string; path?: string } = {}): void {
    checkCookie(name, value, options)
    const host = options.domain?.toLowerCase().replace(/^\./, '') ?? this.#home()?.target.host ?? ''
    const path = options.path ?? '/'
    const common = { name, value: String(value), secure: false, expiresAt: Number.POSITIVE_INFINITY }
    this.#store({ ...common, domain: host, hostOnly: options.domain === undefined, path }, Date.now())
  }

  /** Removes the cookies with this name. Without a name: all cookies. */
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
    for (const cookie of this.#cookies)
      if (cookie.expiresAt > now && belongs(cookie, origin) && pathMatches(path, cookie.path)) found.push(cookie)
    if (found.length > 1) found.sort((a, b) => b.path.length - a.path.length) // §5.4: longer paths first, then age
    return found.map(({ name, value }) => `${name}=${value}`).join('; ')
  }

  /** @internal Takes what an answer sets. */
  receive(setCookies: readonly string[], origin: HttpOrigin, target: string): void {
    const now = Date.now()
    const path = target.split('?', 1)[0] as string
    for (const text of setCookies) {
      const cookie = parseSetCookie(text, origin.target.host, path, now)
      if (!cookie) continue
      if (isTrusted(origin) || !(cookie.secure || this.#hidesSecure(cookie))) this.#store(cookie, now)
      else if (cookie.secure) this.#onRefused?.()
    }
  }

  /** In the clear nobody replaces or covers what was set over TLS (RFC 6265bis §5.7). */
  #hidesSecure({ name, domain, path }: Cookie): boolean {
    return this.#cookies.some(
      (old) =>
        old.secure &&
        old.name === name &&
        (domainMatches(old.domain, domain) || domainMatches(domain, old.domain)) &&
        pathMatches(path, old.path),
    )
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

function belongs(cookie: Cookie, origin: HttpOrigin): boolean {
  const { host } = origin.target
  if (cookie.secure && !isTrusted(origin)) return false
  return cookie.hostOnly ? host === cookie.domain : domainMatches(host, cookie.domain)
}

function isTrusted(origin: HttpOrigin): boolean {
  return origin.secure || isLoopback(origin.target.host)
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what no cookie may have
const notInName = /^$|^[ \t]|[ \t]$|[\0-\x08\x0a-\x1f\x7f=;\u0100-\uffff]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what no cookie may have
const notInValue = /[\0-\x08\x0a-\x1f\x7f;\u0100-\uffff]/

function checkCookie(name: unknown, value: unknown, options: { domain?: unknown; path?: unknown }): void {
  const hint =
    'a cookie may have only Latin-1 characters, no line breaks and no semicolons: use encodeURIComponent(value)'
  if (typeof name !== 'string' || notInName.test(name))
    throw new RequestTypeError('the header "cookie" cannot be sent: bad name of a cookie', hint)
  if (typeof value !== 'number' && (typeof value !== 'string' || notInValue.test(value)))
    throw new RequestTypeError(
      `the header "cookie" cannot be sent: the value of ${JSON.stringify(name)} is ${typeof value === 'string' ? 'not allowed in a cookie' : kindOf(value)}`,
      hint,
    )
  const known = { domain: 'example.com', path: '/cart' }
  for (const [option, given] of Object.entries(options)) {
    if (!Object.hasOwn(known, option))
      throw new RequestTypeError(`unknown option ${JSON.stringify(option)} of a cookie`, 'use domain or path')
    if (given !== undefined && (typeof given !== 'string' || (option === 'path' && !given.startsWith('/'))))
      throw new RequestTypeError(
        `the ${option} of a cookie is ${kindOf(given)}`,
        `give text, for example ${JSON.stringify(known)}`,
      )
  }
}
