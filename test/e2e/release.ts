import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Result } from '../../runner/src/outputs/result.ts'
import { temporaryFolder } from '../run-katydid.ts'
import { type Finished, output, type RunningCommand, start } from './command.ts'

const root = new URL('../..', import.meta.url).pathname
export const image = process.env.KATYDID_IMAGE ?? 'katydid:dev'
const [, repository = 'katydid', tag = 'dev'] = /^(.*):([^:/]+)$/.exec(image) ?? []

/** For values files that name another: those of `values/kind.yaml` are what it is by default. */
export const theImage = ['--set', `image.repository=${repository}`, '--set', `image.tag=${tag}`]

/** Of a Helm of the PATH: `helm` may be either. */
export function majorOf(helm: string): number {
  return Number(/v(\d+)\./.exec(execFileSync(helm, ['version', '--short'], { encoding: 'utf8' }))?.[1])
}

/** What every run here has unless a test says something else: small, short, against the demo shop. */
export const short = {
  image: { registry: '', repository, tag },
  demoTarget: { enabled: true },
  load: {
    file: 'examples/shop.ts',
    profile: { kind: 'constant', users: 6, spawnRate: 6, runTime: '5s' },
    stopTimeout: '3s',
    thresholds: ['p95 < 5s'],
    // several releases start at once on a small node: that is about the tests, not about the chart
    onSaturated: 'warn',
  },
  workers: { count: 2, maxWait: '60s' },
  jobTtl: '5m',
}

export const fails = { load: { thresholds: ['p95 < 1ms'] } }
export const long = { load: { profile: { runTime: '60s' } } }

export interface Pod {
  metadata: { name: string; labels: Record<string, string>; annotations?: Record<string, string> }
  status: {
    phase: string
    containerStatuses?: { state: { terminated?: { exitCode: number } }; restartCount: number }[]
  }
}

/** One release in a namespace of its own, which admits only what Pod Security calls restricted; both go at the end. */
export class Release implements AsyncDisposable {
  readonly namespace: string
  readonly name: string
  readonly #helm: string
  readonly #dir = temporaryFolder()

  static async create(options: { helm?: string; name?: string } = {}): Promise<Release> {
    const release = new Release(options.helm ?? 'helm', options.name ?? 'shop')
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
    await release.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: release.namespace, labels } })
    return release
  }

  private constructor(helm: string, name: string) {
    this.namespace = `e2e-${randomBytes(4).toString('hex')}`
    this.name = name
    this.#helm = helm
  }

  /** `helm upgrade --install --wait` under way; later values go over earlier ones, all over `short`. */
  begin(values: readonly object[] = [], args: readonly string[] = []): RunningCommand {
    const files = [short, ...values].flatMap((each) => {
      const path = join(this.#dir, `${randomBytes(4).toString('hex')}.json`)
      writeFileSync(path, JSON.stringify(each))
      return ['--values', path]
    })
    return this.helm(['upgrade', '--install', this.name, join(root, 'chart'), ...files, '--wait', ...args])
  }

  install(values: readonly object[] = [], args: readonly string[] = []): Promise<Finished> {
    return this.begin(values, args).done
  }

  helm(args: readonly string[]): RunningCommand {
    return start(this.#helm, [...args, '--namespace', this.namespace], { timeoutMs: 280_000, cwd: root })
  }

  kubectl(...args: string[]): Promise<string> {
    return output('kubectl', ['--namespace', this.namespace, ...args])
  }

  /** By a POST to a path of the API. */
  async create(path: string, object: object): Promise<void> {
    await output('kubectl', ['create', '--raw', path, '--filename', '-'], JSON.stringify(object))
  }

  /** As a node that is drained does it: through the Eviction API. */
  async evict(pod: Pod | undefined): Promise<void> {
    const name = pod?.metadata.name ?? ''
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: this.namespace } }
    await this.create(`/api/v1/namespaces/${this.namespace}/pods/${name}/eviction`, eviction)
  }

  /** A ConfigMap of this namespace, for `loadFile.configMaps`. */
  async configMap(name: string, data: Record<string, string>): Promise<void> {
    await this.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: this.namespace }, data })
  }

  async verdict(): Promise<{ summary: string; outcome: string }> {
    return JSON.parse(await this.ask('master', '/verdict')) as { summary: string; outcome: string }
  }

  async apply(object: object): Promise<void> {
    await output('kubectl', ['apply', '--filename', '-'], JSON.stringify(object))
  }

  /** What the master or the demo shop answers. */
  async ask(role: 'master' | 'target', path: string): Promise<string> {
    const service = `${this.name}-${role}`
    return this.kubectl('get', '--raw', `/api/v1/namespaces/${this.namespace}/services/${service}:http/proxy${path}`)
  }

  async result(): Promise<Result> {
    return JSON.parse(await this.ask('master', '/result.json')) as Result
  }

  /** Every request that the report says was sent. */
  async reported(): Promise<number> {
    const { totals } = await this.result()
    return totals.requests + totals.aborted + totals.hops
  }

  /** Requests that the demo shop has counted, in all. */
  async counted(): Promise<number> {
    return (await this.counts()).total
  }

  /** What the demo shop has counted, in all and by route (`GET /health`). */
  async counts(): Promise<{ total: number; byRoute: Record<string, number> }> {
    return JSON.parse(await this.ask('target', '/__counts')) as { total: number; byRoute: Record<string, number> }
  }

  async pods(component: string): Promise<Pod[]> {
    const text = await this.kubectl('get', 'pods', '-l', `app.kubernetes.io/component=${component}`, '-o', 'json')
    return (JSON.parse(text) as { items: Pod[] }).items
  }

  /** How far the run is; undefined while there is no master. */
  async state(): Promise<string | undefined> {
    const text = await this.ask('master', '/verdict').catch(() => '{}')
    const { state, outcome } = JSON.parse(text) as { state?: string; outcome?: string }
    return outcome ?? state
  }

  /** Until the load has begun. */
  async running(): Promise<void> {
    await this.until('the run has begun', async () => (await this.state()) === 'running')
    await sleep(2_000)
  }

  async until(what: string, test: () => Promise<boolean>, withinMs = 60_000): Promise<void> {
    const deadline = performance.now() + withinMs
    while (!(await test())) {
      if (performance.now() > deadline) throw new Error(`not within ${withinMs / 1_000} s: ${what}`)
      await sleep(500)
    }
  }

  /** Whether the demo shop gets requests. */
  async isLoaded(): Promise<boolean> {
    const before = await this.counted()
    await sleep(3_000)
    return (await this.counted()) > before
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await start('kubectl', ['delete', 'namespace', this.namespace, '--wait=false'], { timeoutMs: 30_000 }).done
  }
}
