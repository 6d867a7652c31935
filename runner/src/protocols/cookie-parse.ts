import { isIP } from 'node:net'
import { parseCookieDate } from './cookie-date.ts'
import { trimmed } from './h1/response-head.ts'

/** Name and value together, as browsers have it. */
const maxLength = 4096
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what no cookie may have
const controls = /[\0-\x08\x0a-\x1f\x7f]/

/** One stored cookie (RFC 6265 §5.3). */
export interface Cookie {
  readonly name: string
  value: string
  /** Without a leading dot, lower case. */
  readonly domain: string
  /** Only for exactly this host. */
  readonly hostOnly: boolean
  readonly path: string
  readonly secure: boolean
  /** Epoch ms; Infinity for the session. */
  readonly expiresAt: number
}

/** Reads one Set-Cookie value received from `host` for `path`; undefined if it is to be ignored (RFC 6265, and what browsers ignore). */
export function parseSetCookie(text: string, host: string, path: string, now: number): Cookie | undefined {
  if (controls.test(text)) return undefined
  const [pair = '', ...attributes] = text.split(';')
  const equals = pair.indexOf('=')
  const name = trimmed(pair.slice(0, Math.max(0, equals)))
  const cookieValue = trimmed(pair.slice(equals + 1))
  if (equals === -1 || name === '' || name.length + cookieValue.length > maxLength) return undefined
  let domain = host
  let hostOnly = true
  let cookiePath = defaultPath(path)
  let secure = false
  let expires = Number.POSITIVE_INFINITY
  let maxAge: number | undefined
  for (const attribute of attributes) {
    const at = attribute.indexOf('=')
    const key = trimmed(at === -1 ? attribute : attribute.slice(0, at)).toLowerCase()
    const value = at === -1 ? '' : trimmed(attribute.slice(at + 1))
    if (key === 'secure') secure = true
    else if (key === 'path') cookiePath = value.startsWith('/') ? value : defaultPath(path)
    else if (key === 'max-age' && /^-?\d+$/.test(value)) maxAge = Number(value)
    else if (key === 'expires') {
      expires = parseCookieDate(value) ?? expires
    } else if (key === 'domain' && value !== '') {
      domain = value.toLowerCase().replace(/^\./, '')
      hostOnly = false
    }
  }
  // a host may only speak for itself and what is above it, and not for a whole top-level domain
  if (!domainMatches(host, domain) || (domain !== host && !domain.includes('.'))) return undefined
  if (/^__secure-/i.test(name) && !secure) return undefined
  if (/^__host-/i.test(name) && !(secure && hostOnly && cookiePath === '/')) return undefined
  if (maxAge !== undefined) expires = maxAge <= 0 ? Number.NEGATIVE_INFINITY : now + maxAge * 1_000
  return { name, value: cookieValue, domain, hostOnly, path: cookiePath, secure, expiresAt: expires }
}

/** RFC 6265 §5.1.3. */
export function domainMatches(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && isIP(host) === 0)
}

/** Whether a host is this machine: no one listens in between, so that browsers and curl treat it as they treat HTTPS. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

/** RFC 6265 §5.1.4. */
export function pathMatches(path: string, cookiePath: string): boolean {
  if (!path.startsWith(cookiePath)) return false
  return path.length === cookiePath.length || cookiePath.endsWith('/') || path[cookiePath.length] === '/'
}

function defaultPath(path: string): string {
  const last = path.lastIndexOf('/')
  return path.startsWith('/') && last > 0 ? path.slice(0, last) : '/'
}
