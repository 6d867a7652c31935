import { KatydidError } from '../errors.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import type { HttpOrigin } from './origin.ts'
import { RequestTypeError } from './request-error.ts'
import { type Credentials, credentialsOf } from './url-credentials.ts'

type Env = Readonly<Record<string, string | undefined>>

/** What all requests of a run go through. */
export interface HttpProxy {
  /** As undici has it: `http:`, `https:` or `socks5:`. */
  readonly href: string
  readonly socks: boolean
  readonly credentials: Credentials | undefined
}

/** The plan's proxy. Throws a KatydidError for what is none that we speak to. */
export function readProxy({ proxy, http2 }: Pick<RunPlan['http'], 'proxy' | 'http2'>): HttpProxy | undefined {
  if (proxy === undefined) return undefined
  const hint = 'write it like http://proxy:3128, http://name:password@proxy:3128 or socks5://proxy:1080'
  const url = URL.parse(proxy)
  if (!url || url.hostname === '') throw new KatydidError('PLAN', 'http.proxy is not the URL of a proxy', { hint })
  const socks = /^socks(?:5h?)?:$/.test(url.protocol)
  if (!socks && !/^https?:$/.test(url.protocol))
    throw new KatydidError('PLAN', `http.proxy: katydid does not support ${url.protocol}// proxies`, { hint })
  if (socks && http2)
    throw new KatydidError('PLAN', 'http.proxy: HTTP/2 does not work through a SOCKS proxy', {
      hint: 'remove http.http2, or use an HTTP proxy',
    })
  try {
    const credentials = credentialsOf(url)
    return { href: socks ? url.href.replace(/^socks[^:]*:/, 'socks5:') : url.href, socks, credentials }
  } catch (error) {
    if (!(error instanceof RequestTypeError)) throw error
    throw new KatydidError('PLAN', `http.proxy: ${error.problem}`, { hint: error.hint })
  }
}

/**
 * What the environment says about proxies and is not done: what a run measures is in its plan, not in the shell or pod it was started from.
 * Undefined where the environment asks for the way that requests go anyway.
 */
export function ignoredProxy(origin: HttpOrigin, proxy: HttpProxy | undefined, env: Env): string | undefined {
  const { host } = origin.target
  const [except, exceptions = ''] = variable(env, 'no_proxy') ?? []
  const excepted = exceptions.split(/[\s,]+/).some((pattern) => covers(pattern.toLowerCase(), host, origin.target.port))
  if (proxy)
    return excepted
      ? `${except} contains ${host}, but katydid ignores this variable: all requests go through http.proxy. To connect directly, remove --proxy`
      : undefined
  if (excepted) return undefined
  const [name] = variable(env, origin.secure ? 'https_proxy' : 'http_proxy') ?? variable(env, 'all_proxy') ?? []
  return name === undefined
    ? undefined
    : `katydid ignores ${name}: requests go directly to ${origin.href}. To use the proxy, set --proxy "$${name}" (load.http.proxy)`
}

function variable(env: Env, name: string): [name: string, value: string] | undefined {
  for (const spelling of [name, name.toUpperCase()]) {
    const value = env[spelling]
    if (value) return [spelling, value]
  }
  return undefined
}

/** As curl and Go read NO_PROXY: `*`, a host, a domain with all below it, an address, each with or without a port. */
function covers(pattern: string, host: string, port: number): boolean {
  if (pattern === '*') return true
  const [, name = '', only] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(pattern) ?? []
  const isIp6 = pattern.split(':').length > 2 && !pattern.startsWith('[')
  const wanted = (isIp6 ? pattern : name).replace(/^\*?\./, '')
  if (wanted === '' || (!isIp6 && only !== undefined && Number(only) !== port)) return false
  return host === wanted || host.endsWith(`.${wanted}`)
}
