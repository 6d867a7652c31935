import { KatydidError } from '../../errors.ts'
import { withoutCredentials } from '../../plan/without-credentials.ts'
import { httpHost } from '../../protocols/http-host.ts'

/** What the created load test loads. */
export interface Target {
  /** Scheme, name and port: `load.host`. */
  readonly host: string
  /** The first page that a user asks for, with its query. */
  readonly page: string
  /** It is from --host, and not from a values file that is there. */
  readonly isSaid: boolean
  /** Nobody named a URL: it is the shop of `katydid target`. */
  readonly isDemo: boolean
  /** Only this machine reaches it, so a pod of a cluster cannot. */
  readonly isLoopback: boolean
}

const demoHost = 'http://127.0.0.1:8000'

/** The shop of `katydid target`. */
const demoShop: Target = { host: demoHost, page: '/products', isSaid: false, isDemo: true, isLoopback: true }

/** What a values file loads already: it may be of any protocol. */
export function presentTarget(host: string | undefined): Target {
  if (host === undefined || host === demoHost) return demoShop
  return { host: withoutCredentials(host), page: '/', isSaid: false, isDemo: false, isLoopback: false }
}

/** @throws KatydidError PLAN or USAGE where the text is no URL that a values file may have in it */
export function targetAt(text: string): Target {
  httpHost(text.replace(/[?#].*$/s, ''))
  const url = new URL(text)
  if (url.username !== '' || url.password !== '')
    throw new KatydidError('USAGE', 'the URL of --host contains a user name or a password', {
      hint: 'remove them, because katydid writes the URL to a file. For a run, set the whole URL in the environment variable KATYDID_HOST',
    })
  const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)
  return { host: url.origin, page: url.pathname + url.search, isSaid: true, isDemo: false, isLoopback }
}
