import { isIP } from 'node:net'

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

/** Reads one Set-Cookie value received from `host` for `path`; undefined if it is to be ignored. */
export function parseSetCookie(text: string, host: string, path: string, now: number): Cookie | undefined {
  const [pair = '', ...attributes] = text.split(';')
  const equals = pair.indexOf('=')
  const name = pair.slice(0, Math.max(0, equals)).trim()
  if (equals === -1 || name === '') return undefined
  let domain = host
  let hostOnly = true
  let cookiePath = defaultPath(path)
  let secure = false
  let expires = Number.POSITIVE_INFINITY
  let maxAge: number | undefined
  for (const attribute of attributes) {
    const at = attribute.indexOf('=')
    const key = (at === -1 ? attribute : attribute.slice(0, at)).trim().toLowerCase()
    const value = at === -1 ? '' : attribute.slice(at + 1).trim()
    if (key === 'secure') secure = true
    else if (key === 'path') cookiePath = value.startsWith('/') ? value : defaultPath(path)
    else if (key === 'max-age' && /^-?\d+$/.test(value)) maxAge = Number(value)
    else if (key === 'expires') {
      const at = Date.parse(value.replaceAll('-', ' '))
      if (!Number.isNaN(at)) expires = at
    } else if (key === 'domain' && value !== '') {
      domain = value.toLowerCase().replace(/^\./, '')
      hostOnly = false
    }
  }
  // a host may only speak for itself and what is above it, and not for a whole top-level domain
  if (!domainMatches(host, domain) || (domain !== host && !domain.includes('.'))) return undefined
  if (maxAge !== undefined) expires = maxAge <= 0 ? Number.NEGATIVE_INFINITY : now + maxAge * 1_000
  return { name, value: pair.slice(equals + 1).trim(), domain, hostOnly, path: cookiePath, secure, expiresAt: expires }
}

/** RFC 6265 §5.1.3. */
export function domainMatches(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && isIP(host) === 0)
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
