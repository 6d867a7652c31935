import { setTimeout as sleep } from 'node:timers/promises'

export interface Sending {
  url: URL
  method: 'POST' | 'PUT'
  headers: Record<string, string>
  body: string | Buffer
  /** ms: of each attempt, and before each one after the first. */
  tryMs: number
  pauses: readonly number[]
  /** Ends all attempts, and pauses. */
  whole?: AbortSignal | undefined
  /** What is said of an attempt that took too long. */
  tooLong: string
}

interface Failure {
  text: string
  /** It may be another time. */
  again: boolean
}

/** Sends something to a server of somebody else's, again where that may help; what kept it from arriving, or undefined. */
export async function send({ pauses, whole, ...sending }: Sending): Promise<string | undefined> {
  let failure: Failure | undefined
  for (const pause of [0, ...pauses]) {
    await sleep(pause, undefined, whole ? { signal: whole } : {}).catch(() => {})
    if (whole?.aborted) break
    failure = await attempt(sending, whole)
    if (!failure) return undefined
    if (!failure.again) break
  }
  return failure?.text ?? sending.tooLong
}

/** A URL that something can be sent to by HTTP. */
export function webUrl(text: string): URL | undefined {
  const url = URL.parse(text.trim())
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url : undefined
}

async function attempt(
  { url, method, headers, body, tryMs, tooLong }: Omit<Sending, 'pauses' | 'whole'>,
  whole: AbortSignal | undefined,
): Promise<Failure | undefined> {
  const { request } = await import('undici')
  const own = AbortSignal.timeout(tryMs)
  try {
    const signal = whole ? AbortSignal.any([whole, own]) : own
    const response = await request(url, { method, headers: { ...headers, ...loginOf(url) }, body, signal })
    await response.body.dump()
    const { statusCode } = response
    if (statusCode >= 200 && statusCode < 300) return undefined
    return { text: `HTTP ${statusCode}`, again: statusCode >= 500 || statusCode === 408 || statusCode === 429 }
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException
    return { text: name === 'TimeoutError' || name === 'AbortError' ? tooLong : (code ?? name), again: true }
  }
}

/** undici sends nothing of what stands before the host. */
function loginOf({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {}
  return { authorization: `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}` }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // a percent sign may be one
  }
}
