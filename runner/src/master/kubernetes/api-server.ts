import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Agent, type Dispatcher, request } from 'undici'
import { KatydidError } from '../../errors.ts'

const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * The API server of this pod's cluster, with the pod's service account. A client library would be too large for three requests: see design/009.
 */
export class ApiServer {
  readonly namespace: string
  readonly #url: string
  readonly #folder: string
  readonly #agent: Agent

  private constructor(url: string, folder: string) {
    this.#url = url
    this.#folder = folder
    this.namespace = readFileSync(join(folder, 'namespace'), 'utf8').trim()
    this.#agent = new Agent({ connect: { ca: readFileSync(join(folder, 'ca.crt'), 'utf8') } })
  }

  /** @throws KatydidError USAGE if this is not a pod, or a pod without a token. `folder`: for tests. */
  static ofPod(env: Readonly<Record<string, string | undefined>>, folder = accountFolder): ApiServer {
    const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT_HTTPS: port = '443' } = env
    try {
      if (host) return new ApiServer(`https://${host.includes(':') ? `[${host}]` : host}:${port}`, folder)
    } catch {}
    throw new KatydidError(
      'USAGE',
      '--workers-job needs Kubernetes, but this is not a pod with the token of a service account',
      {
        hint: 'remove --workers-job, or use the chart with rbac.create: true',
      },
    )
  }

  get(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<unknown> {
    return this.#ask('GET', path, { query, signal })
  }

  /** A JSON merge patch. */
  patch(path: string, body: unknown, signal: AbortSignal): Promise<unknown> {
    return this.#ask('PATCH', path, {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/merge-patch+json' },
      signal,
    })
  }

  close(): Promise<void> {
    return this.#agent.close()
  }

  async #ask(
    method: 'GET' | 'PATCH',
    path: string,
    {
      headers,
      ...more
    }: Pick<Dispatcher.RequestOptions, 'query' | 'body'> & {
      headers?: Readonly<Record<string, string>>
      signal: AbortSignal
    },
  ): Promise<unknown> {
    // read each time, because the kubelet renews it within an hour
    const token = readFileSync(join(this.#folder, 'token'), 'utf8').trim()
    const { statusCode, body } = await request(this.#url + path, {
      ...more,
      method,
      headers: { ...headers, accept: 'application/json', authorization: `Bearer ${token}` },
      dispatcher: this.#agent,
    })
    const text = await body.text()
    if (statusCode >= 200 && statusCode < 300) return JSON.parse(text)
    throw new Error(`the API server answered ${statusCode}: ${messageIn(text)}`)
  }
}

/** The message of a Status, or of a proxy before the API server. */
function messageIn(text: string): string {
  let message = text
  try {
    message = (JSON.parse(text) as { message?: string }).message ?? text
  } catch {}
  return message.slice(0, 300)
}
