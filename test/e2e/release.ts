import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Result } from '../../runner/src/outputs/result/result.ts'
import { temporaryFolder } from '../run-katydid.ts'
import { get, list, post, remove } from './api.ts'
import { type Finished, output, type RunningCommand, start } from './command.ts'
import { allKinds, type Kind, pathOf } from './kinds.ts'
import { goesByItself, isOfRelease, type Left, madeByTests } from './leftovers.ts'
import { takePlace } from './places.ts'

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

/**
 * The end of a run that cannot go on, long before what Helm would wait for in vain: 5 minutes by default, and as long as a run takes. It is not
 * closer, since how long a node takes to start pods is no promise of the chart's.
 */
export const soonMs = 120_000

export const fails = { load: { thresholds: ['p95 < 1ms'] } }
export const long = { load: { profile: { runTime: '60s' } } }

export interface Pod {
  metadata: { name: string; labels: Record<string, string>; annotations?: Record<string, string> }
  status: {
    phase: string
    podIP?: string
    containerStatuses?: {
      ready: boolean
      state: { terminated?: { exitCode: number; finishedAt: string } }
      restartCount: number
    }[]
  }
}

/** What the containers of pods ended with; of those that go on, nothing. */
export function exitCodes(pods: readonly Pod[]): number[] {
  const ended = pods.flatMap(({ status }) => status.containerStatuses?.map(({ state }) => state.terminated) ?? [])
  return ended.flatMap((container) => container?.exitCode ?? [])
}

/** How much later than `workers.maxWait` a verdict may be there. */
const slackMs = 8_000

interface Made {
  metadata: { name: string; labels?: Record<string, string>; finalizers?: string[] }
  [field: string]: unknown
}

/** One release in a namespace of its own, which admits only what Pod Security calls restricted; both go at the end. */
export class Release implements AsyncDisposable {
  readonly namespace: string
  readonly name: string
  readonly #helm: string
  readonly #place: Disposable
  readonly #dir = temporaryFolder()

  static async create(options: { helm?: string; name?: string } = {}): Promise<Release> {
    const release = new Release(options.helm ?? 'helm', options.name ?? 'shop', await takePlace())
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
    await post('/api/v1/namespaces', { metadata: { name: release.namespace, labels } })
    // no pod before there is one
    const account = `/api/v1/namespaces/${release.namespace}/serviceaccounts/default`
    await release.until('the namespace has its account', () =>
      get(account).then(
        () => true,
        () => false,
      ),
    )
    return release
  }

  private constructor(helm: string, name: string, place: Disposable) {
    this.#place = place
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

  /** As a node that is drained does it: through the Eviction API. */
  async evict(pod: Pod | undefined): Promise<void> {
    const name = pod?.metadata.name ?? ''
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: this.namespace } }
    await post(`${this.#path('pods')}/${name}/eviction`, eviction)
  }

  /** All of a kind in this namespace, or those with some labels. */
  list<Item>(kind: Kind, selector = ''): Promise<(Item & { kind: string })[]> {
    return list(`${this.#path(kind)}?labelSelector=${encodeURIComponent(selector)}`)
  }

  async pod(name: string): Promise<Pod> {
    return JSON.parse(await get(`${this.#path('pods')}/${name}`)) as Pod
  }

  /** What a pod has said until now. */
  log(pod: string): Promise<string> {
    return get(`${this.#path('pods')}/${pod}/log`)
  }

  /** What a pod answers at a port of its own. */
  askPod(name: string, port: number | string, path: string): Promise<string> {
    return get(`${this.#path('pods')}/${name}:${port}/proxy${path}`)
  }

  /** What a Service answers at its port http. */
  askService(name: string, path: string): Promise<string> {
    return get(`${this.#path('services')}/${name}:http/proxy${path}`)
  }

  #path(kind: Kind): string {
    return pathOf(kind, this.namespace)
  }

  /** A ConfigMap of this namespace, for `loadFile.configMaps`. */
  async configMap(name: string, data: Record<string, string>): Promise<void> {
    await this.make('configmaps', { metadata: { name }, data })
  }

  async secret(name: string, stringData: Record<string, string>): Promise<void> {
    await this.make('secrets', { metadata: { name }, stringData })
  }

  /** What Helm and the controllers have made here; neither what the test made itself nor what is in every namespace. */
  async #left(): Promise<Left[]> {
    return (await Promise.all(allKinds.map((kind) => this.list<Left>(kind)))).flat().filter(isOfRelease)
  }

  /** As `#left`, by kind and name. */
  async objects(): Promise<string[]> {
    return (await this.#left()).map(({ kind, metadata }) => `${kind}/${metadata.name}`)
  }

  /** Until nothing is left but Jobs of hooks that are over, and their pods: those go with their TTL. */
  async gone(withinMs = 45_000): Promise<void> {
    let left: string[] = []
    const test = async () => {
      left = (await this.#left())
        .filter((each) => !goesByItself(each))
        .map(({ kind, metadata }) => `${kind}/${metadata.name}`)
      return left.length === 0
    }
    await this.until('nothing is left', test, withinMs).catch((error) => {
      assert.deepEqual(left, [])
      throw error
    })
  }

  /** `helm uninstall`, and nothing is left that somebody would have to take away. */
  async uninstall(): Promise<void> {
    const { exitCode, text } = await this.helm(['uninstall', this.name]).done
    assert.equal(exitCode, 0, text)
    await this.gone()
  }

  async verdict(): Promise<{ summary: string; outcome: string }> {
    return JSON.parse(await this.ask('master', '/verdict')) as { summary: string; outcome: string }
  }

  async quota(name: string, hard: Record<string, string>): Promise<void> {
    await this.make('resourcequotas', { metadata: { name }, spec: { hard } })
  }

  /** Makes an object in this namespace that is the test's, not the release's. */
  async make(kind: Kind, object: Made): Promise<void> {
    const metadata = { ...object.metadata, labels: { ...object.metadata.labels, [madeByTests]: 'e2e' } }
    await post(this.#path(kind), { ...object, metadata })
  }

  /** What the master or the demo shop answers. */
  ask(role: 'master' | 'target', path: string): Promise<string> {
    return this.askService(`${this.name}-${role}`, path)
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

  pods(component: string): Promise<Pod[]> {
    return this.list<Pod>('pods', `app.kubernetes.io/component=${component}`)
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

  /** Without `withinMs` a test only waits for what it needs: then the time is no promise of the chart's, and a slow node has it. */
  async until(what: string, test: () => Promise<boolean>, withinMs = 150_000): Promise<void> {
    const deadline = performance.now() + withinMs
    while (!(await test())) {
      if (performance.now() > deadline)
        throw new Error(`not within ${withinMs / 1_000} s: ${what}\n${await this.#asItIs()}`)
      await sleep(500)
    }
  }

  /** For whoever reads of a wait that was in vain, on a machine that is gone by then. */
  async #asItIs(): Promise<string> {
    const questions = [
      ['get', 'pods,jobs', '-o', 'wide'],
      ['get', 'events', '--sort-by=.lastTimestamp'],
      ['logs', '-l', 'app.kubernetes.io/component=master', '--tail=30', '--timestamps'],
    ]
    const answers = questions.map((each) => this.kubectl(...each).catch((error: Error) => error.message))
    return (await Promise.all(answers)).join('\n')
  }

  /** Until the verdict is broken, `withinMs` and some slack after the master first answered: tests share a small node. */
  async broken(withinMs: number): Promise<void> {
    await this.until('the master answers', async () => (await this.state()) !== undefined)
    await this.until('the verdict is broken', async () => (await this.state()) === 'broken', withinMs + slackMs)
  }

  /** Whether the demo shop gets requests. */
  async isLoaded(): Promise<boolean> {
    const before = await this.counted()
    await sleep(3_000)
    return (await this.counted()) > before
  }

  async [Symbol.asyncDispose](): Promise<void> {
    using _ = this.#place
    const evidence = process.env.KATYDID_E2E_EVIDENCE
    if (evidence) {
      // whether the test failed is not known here, and the namespace takes all of it along
      const args = [this.name, '--namespace', this.namespace, '--output', join(evidence, this.namespace)]
      await start(join(root, 'scripts/collect'), args, { timeoutMs: 60_000 }).done
    }
    await remove(`/api/v1/namespaces/${this.namespace}`)
  }
}
