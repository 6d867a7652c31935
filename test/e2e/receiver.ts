import { image, type Release } from './release.ts'

export interface Received {
  method: string
  url: string
  headers: Record<string, string>
  bytes: number
  body: string
}

/** A server in the release's namespace, at http://NAME, that takes what it is sent. */
export class Receiver {
  readonly #release: Release
  readonly #name: string

  private constructor(release: Release, name: string) {
    this.#release = release
    this.#name = name
  }

  static async in(release: Release, name: string): Promise<Receiver> {
    const script = `const taken = []
require('node:http').createServer((q, s) => { const parts = []; q.on('data', (c) => parts.push(c)); q.on('end', () => {
  const { method, url, headers } = q, all = Buffer.concat(parts)
  if (method !== 'GET') taken.push({ method, url, headers, bytes: all.length, body: all.toString('utf8', 0, 200_000) })
  s.writeHead(method === 'GET' ? 200 : 201).end(JSON.stringify(taken)) }) }).listen(8080)`
    const spec = {
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name,
          image,
          command: ['node', '-e', script],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    }
    const metadata = { name, labels: { app: name } }
    await release.make('pods', { metadata, spec })
    const ports = [{ name: 'http', port: 80, targetPort: 8080 }]
    await release.make('services', { metadata, spec: { selector: { app: name }, ports } })
    return new Receiver(release, name)
  }

  /** Everything but GETs, in order. */
  async received(): Promise<Received[]> {
    return JSON.parse(await this.#release.askService(this.#name, '/')) as Received[]
  }
}
