import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** Where `serveApi` of this process or of one that started it has the cluster's API. */
const where = 'KATYDID_E2E_API'

/**
 * The API of the cluster on loopback, as whoever KUBECONFIG says, for what follows: a kubectl for each look at a cluster would take more of a
 * small machine than what is looked at.
 */
export async function serveApi(): Promise<Disposable> {
  const proxy = spawn('kubectl', ['proxy', '--port=0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface(proxy.stdout)
  const [line] = (await Promise.race([once(lines, 'line'), once(proxy, 'exit').then(() => [''])])) as [string]
  const address = /127\.0\.0\.1:\d+/.exec(line)?.[0]
  if (address === undefined) throw new Error('kubectl proxy does not serve the API of the cluster')
  process.env[where] = `http://${address}`
  return { [Symbol.dispose]: () => void proxy.kill() }
}

/** What the API answers; what is not there, or not to be had, is an error. */
export function get(path: string): Promise<string> {
  return ask('GET', path)
}

/** Makes an object, by a collection's path. */
export async function post(path: string, object: object): Promise<void> {
  await ask('POST', path, object)
}

/** Begins to take an object away. */
export async function remove(path: string): Promise<void> {
  await ask('DELETE', path)
}

async function ask(method: string, path: string, object?: object): Promise<string> {
  const base = process.env[where]
  if (base === undefined) throw new Error(`${where} is not set: npm run e2e sets it`)
  const body = object && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(object) }
  const response = await fetch(`${base}${path}`, { method, ...body, signal: AbortSignal.timeout(30_000) })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}\n${text}`)
  return text
}

/** What is on a list of the API, each with its kind, which the API leaves out there. */
export async function list<Item>(path: string): Promise<(Item & { kind: string })[]> {
  const { kind, items } = JSON.parse(await get(path)) as { kind: string; items: Item[] }
  return items.map((item) => ({ ...item, kind: kind.replace(/List$/, '') }))
}
