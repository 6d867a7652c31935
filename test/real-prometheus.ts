import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { temporaryFolder } from './run-katydid.ts'

const found = spawnSync('prometheus', ['--version']).status === 0 && spawnSync('promtool', ['--version']).status === 0

/** Why a test with a real Prometheus is skipped, if it is. */
export const skipWithoutPrometheus = found ? false : 'skipped: Prometheus is not installed (apt-get install prometheus)'

/** A series of an answer: its labels, and the value as a number. */
export interface Answer {
  metric: Record<string, string>
  value: number
}

/** A Prometheus that looks at one address each second; it keeps its data in a temporary folder and is ended with the test. */
export class RealPrometheus implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #url: string
  readonly #left: Promise<unknown>
  #said = ''

  static async start(scraped: string): Promise<RealPrometheus> {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'data'))
    // JSON is YAML
    const config = {
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [{ job_name: 'katydid', static_configs: [{ targets: [scraped] }] }],
    }
    writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config))
    const prometheus = new RealPrometheus(folder, await freePort())
    await prometheus.#until('up == 1', (answers) => answers.length === 1)
    return prometheus
  }

  private constructor(folder: string, port: number) {
    this.#url = `http://127.0.0.1:${port}`
    const listen = `--web.listen-address=127.0.0.1:${port}`
    const kept = [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`]
    this.#child = spawn('prometheus', [...kept, listen], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#said += text))
    this.#left = new Promise((resolve) => this.#child.once('exit', resolve))
  }

  /** An instant query, as of now. */
  async query(promql: string): Promise<Answer[]> {
    const response = await fetch(`${this.#url}/api/v1/query?query=${encodeURIComponent(promql)}`)
    const { status, error, data } = (await response.json()) as {
      status: string
      error?: string
      data: { result: { metric: Record<string, string>; value: [at: number, value: string] }[] }
    }
    if (status !== 'success') throw new Error(`${promql}: ${error}`)
    return data.result.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }))
  }

  /** The one value of an answer, once it is what is waited for. */
  async seeing(promql: string, value: number): Promise<void> {
    await this.#until(promql, (answers) => answers.length === 1 && answers[0]!.value === value)
  }

  async #until(promql: string, holds: (answers: Answer[]) => boolean): Promise<void> {
    let last: unknown
    for (const end = performance.now() + 90_000; performance.now() < end; await sleep(100)) {
      const answers = await this.query(promql).catch((error: Error) => void (last = error.message))
      if (answers && holds(answers)) return
      if (answers) last = answers
      if (this.#child.exitCode !== null) break
    }
    throw new Error(`Prometheus did not come to it: ${promql} is ${JSON.stringify(last)}\n${this.#said}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL')
    await this.#left
  }
}

/** What Prometheus's own checker finds fault with in a page; empty where it is content. */
export function promtoolOn(text: string): string {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })
  return `${status === 0 ? '' : `exit ${status}\n`}${stdout}${stderr}`
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
