import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const found = spawnSync('python3', ['-c', 'import locust; print(locust.__version__)'], { encoding: 'utf8' })

/** Python Locust's version, or why there is none: its tests are skipped then, and say so. */
export const locust =
  found.status === 0
    ? { version: found.stdout.trim(), skip: false as const }
    : { version: undefined, skip: 'skipped: Python Locust is not installed (pip install locust)' }

/** A process of Python Locust; ended with the test. */
export class PythonLocust implements AsyncDisposable {
  readonly child: ChildProcess
  #said = ''
  readonly left: Promise<number | null>

  constructor(file: string, args: string[], env: Record<string, string> = {}) {
    const { PATH, HOME } = process.env
    this.child = spawn('python3', ['-m', 'locust', '-f', file, ...args], {
      env: { PATH, HOME, PYTHONUNBUFFERED: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#said += text))
    this.left = new Promise((resolve) => this.child.on('exit', (code) => resolve(code)))
  }

  get said(): string {
    return this.#said
  }

  async saying(text: RegExp, withinMs = 120_000): Promise<void> {
    for (const until = performance.now() + withinMs; !text.test(this.#said); await sleep(20))
      if (performance.now() > until || this.child.exitCode !== null)
        throw new Error(`Locust did not say ${text}:\n${this.#said}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL')
    await this.left
  }
}

/** A port that nobody has, for a peer that cannot choose a free one itself. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

export interface LocustStats {
  state: string
  user_count: number
  workers: { id: string; state: string; user_count: number }[]
  stats: {
    method: string | null
    name: string
    num_requests: number
    num_failures: number
    median_response_time: number
    'response_time_percentile_0.95': number
    'response_time_percentile_0.99': number
    avg_response_time: number
    min_response_time: number
    max_response_time: number
    avg_content_length: number
  }[]
  errors: { error: string; occurrences: number; name: string }[]
}

/** Locust's own web API. */
export class LocustWeb {
  readonly #url: string

  constructor(port: number) {
    this.#url = `http://127.0.0.1:${port}`
  }

  async swarm(users: number, spawnRate: number): Promise<void> {
    const body = new URLSearchParams({ user_count: String(users), spawn_rate: String(spawnRate) })
    const answer = await fetch(`${this.#url}/swarm`, { method: 'POST', body })
    const text = await answer.text()
    if (!text.includes('"success":true') && !text.includes('"success": true')) throw new Error(`swarm: ${text}`)
  }

  async stop(): Promise<void> {
    await fetch(`${this.#url}/stop`, { method: 'POST' })
  }

  async stats(): Promise<LocustStats> {
    return (await (await fetch(`${this.#url}/stats/requests`)).json()) as LocustStats
  }

  /** Its figures once they have all requests that the target saw: it takes reports each second. Else the last, for the test to say what is amiss. */
  async statsOf(total: number): Promise<LocustStats> {
    const all = ({ stats }: LocustStats) => stats.find(({ name }) => name === 'Aggregated')?.num_requests === total
    return this.until(all).catch(() => this.stats())
  }

  async exceptions(): Promise<{ exceptions: { count: number; msg: string; traceback: string }[] }> {
    return (await (await fetch(`${this.#url}/exceptions`)).json()) as never
  }

  /** Polls until it holds. */
  async until(holds: (stats: LocustStats) => boolean, withinMs = 120_000): Promise<LocustStats> {
    let last: LocustStats | undefined
    for (const until = performance.now() + withinMs; performance.now() < until; await sleep(100)) {
      last = await this.stats().catch(() => undefined)
      if (last && holds(last)) return last
    }
    throw new Error(`Locust never came there: ${JSON.stringify(last, null, 1)}`)
  }
}
