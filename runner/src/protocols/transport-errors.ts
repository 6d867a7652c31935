import type { FailureKind } from '../stats/snapshot.ts'

/** The reason why a request has no response. It is in `response.error` and is not thrown. Reports show its code. */
export class TransportError extends Error {
  /** For example `ECONNREFUSED`, `TIMEOUT` or `CERT_HAS_EXPIRED`. It contains no addresses. */
  readonly code: string

  constructor(code: string, cause?: unknown) {
    super(
      sentences[code] ?? (cause instanceof Error ? cause.message : code),
      cause === undefined ? undefined : { cause },
    )
    this.name = 'TransportError'
    this.code = code
  }

  /** @internal */
  get kind(): FailureKind | undefined {
    return timeouts.has(this.code) ? 'timeout' : undefined
  }
}

/** @internal What is asked of a user that has ended; nobody has to wait for it. */
export function abortedAtOnce(): Promise<never> {
  const promise = Promise.reject(new RequestAborted())
  promise.catch(() => {})
  return promise
}

/** Ours, and the system's. */
const timeouts = new Set(['TIMEOUT', 'CONNECT_TIMEOUT', 'ETIMEDOUT'])

/** A request rejects with it if the run stops its user, or if the client aborts it. */
export class RequestAborted extends Error {
  readonly code = 'ABORTED'

  constructor() {
    super('the request was aborted because its user stops')
    this.name = 'RequestAborted'
  }
}

const sentences: Record<string, string> = {
  TIMEOUT: 'no complete response within the timeout',
  CONNECT_TIMEOUT: 'no connection within the connect timeout',
  CONNECTION_CLOSED: 'the target closed the connection before its response was complete',
  KEPT_CONNECTION_CLOSED:
    'the target closed an idle connection without a response. Katydid does not send a request with this method or body again',
  BODY_LENGTH: 'the stream does not have the length in its content-length header',
  TOO_MANY_REDIRECTS: 'more redirects than http.maxRedirects allows',
  BAD_LOCATION: 'the location header of a redirect is not a URL, or there is more than one',
  EMFILE: 'this process cannot open more sockets',
}

/** undici's words for what our own engine calls otherwise: one fault has one name, whatever carried it. */
const aliases: Record<string, string> = {
  UND_ERR_CONNECT_TIMEOUT: 'CONNECT_TIMEOUT',
  UND_ERR_SOCKET: 'CONNECTION_CLOSED',
  UND_ERR_HEADERS_OVERFLOW: 'HEADERS_TOO_LARGE',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'CONNECTION_CLOSED',
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: 'BODY_LENGTH',
  ENFILE: 'EMFILE',
}

/** @internal The code of anything an engine may fail with. */
export function transportError(error: unknown): TransportError {
  if (error instanceof TransportError) return error
  const code = proxyCodeOf(error) ?? codeOf(error) ?? 'TRANSPORT'
  const known = code.startsWith('HPE_') ? 'MALFORMED_HTTP' : (aliases[code] ?? code)
  return new TransportError(known, error)
}

function codeOf(error: unknown, depth = 0): string | undefined {
  if (typeof error !== 'object' || error === null || depth > 4) return undefined
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  const inner = codeOf(cause, depth + 1)
  if (typeof code !== 'string' || code === '') return inner
  // undici wraps what the system said: the system's word is the better one
  return code.startsWith('UND_ERR_') && inner !== undefined ? inner : code
}

/** What a proxy says instead of opening a tunnel: undici has it in its sentence only. */
function proxyCodeOf(error: unknown): string | undefined {
  const message = error instanceof Error ? error.message : ''
  const status = /^Proxy response \((\d{3})\)|^Proxy Authentication Required \((407)\)/.exec(message)
  return status ? `PROXY_${status[1] ?? status[2]}` : undefined
}
