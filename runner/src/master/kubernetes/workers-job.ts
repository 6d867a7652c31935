import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { WorkersPlatform } from '../workers/workers-platform.ts'
import type { ApiServer } from './api-server.ts'
import { isEnded, type JobName, ownJob, type Pod, pathOf, podsOf } from './own-job.ts'
import { heldPod, podTrouble } from './pod-status.ts'

interface Event {
  reason?: string
  message?: string
}

/** Exit codes of workers with which nothing is wrong: done, rejected by this run, ended by SIGTERM. */
const leavesWith = new Set([0, 3, 143])
/** This event stays for an hour, also when the pod has got a node meanwhile. */
const ofThePast = 'FailedScheduling'
const againMs = 5_000
/** After a rollback, or an hour later, there may never be a Job of this run: then the master stops looking. */
const mostLooks = 120
const wholeMs = 5_000
const longest = 300
const mostReasons = 10
const mostNames = 5
/** For how many pods events are read. */
const mostSilent = 5

export interface WorkersJobOptions extends JobName {
  api: Pick<ApiServer, 'namespace' | 'get' | 'patch'>
  log: Pick<Log, 'warn' | 'info'>
  /** ms; for tests. */
  againMs?: number
}

/** The workers' Indexed Job. The master reads why pods do not run, and ends the Job if it waits for pods in vain. */
export class WorkersJob implements WorkersPlatform {
  readonly #options: WorkersJobOptions
  #warned = ''
  #quietLooks = 0

  constructor(options: WorkersJobOptions) {
    this.#options = options
  }

  async troubles(): Promise<string[]> {
    const told = await this.#unless(async (signal) => {
      const job = await ownJob(this.#options, signal)
      if (!job) return []
      const pods = await podsOf(job, this.#options, signal)
      const reasons: [reason: string, pod: Pod][] = []
      const silent: Pod[] = []
      for (const pod of pods) {
        const trouble = podTrouble(pod.status, leavesWith)
        if (trouble !== undefined) reasons.push([trouble, pod])
        else if (pod.status.phase === 'Pending') silent.push(pod)
      }
      // what a pod's status does not say, for example a missing volume
      for (const pod of silent.slice(0, mostSilent)) {
        const events = await this.#events(pod.metadata.uid, signal)
        const warning = events.findLast(({ reason }) => reason !== ofThePast)
        if (warning) reasons.push([`${warning.reason}: ${warning.message}`.slice(0, longest), pod])
      }
      // for example a quota, a policy or a missing priority class
      const notMade = (await this.#events(job.metadata.uid, signal)).findLast(({ reason }) => reason === 'FailedCreate')
      const { name } = this.#options
      const ofJob = notMade ? [`${name} could not create a pod: ${notMade.message?.slice(0, longest)}`] : []
      return [...ofJob, ...this.#listed(reasons)].slice(0, mostReasons)
    })
    return told ?? []
  }

  /**
   * Makes the Job want no pods. It is complete at once (an elastic Indexed Job, Kubernetes 1.31), and Helm goes on to the verdict. A Job whose deadline
   * is over, or that is deleted, would end Helm's wait too, but without a verdict.
   */
  async cancel(): Promise<boolean> {
    const done = await this.#unless(async (signal) => {
      if (!(await ownJob(this.#options, signal))) return false
      await this.#wantNone(signal)
      return true
    })
    return done ?? false
  }

  async cancelRest(signal: AbortSignal): Promise<void> {
    const { againMs: pauseMs = againMs } = this.#options
    for (let looks = 0; looks < mostLooks; looks++) {
      if ((await this.#unless((whole) => this.#isSettled(whole))) || signal.aborted) return
      await sleep(pauseMs, undefined, { signal }).catch(() => {})
    }
  }

  /** Whether this run's Job is over. Ends it if it waits in vain. */
  async #isSettled(signal: AbortSignal): Promise<boolean> {
    const job = await ownJob(this.#options, signal)
    if (!job) return false
    if (isEnded(job)) return true
    const pods = await podsOf(job, this.#options, signal)
    const running = pods.filter(({ status }) => status.phase === 'Running')
    const held = running.flatMap((pod) => heldPod(pod.status, 'worker') ?? [])
    // running workers were told to leave, and will
    if (held.length < running.length) return false
    if (held.length > 0) {
      // a sidecar may be about to end by itself
      if (this.#quietLooks++ === 0) return false
      const by = [...new Set(held.flatMap(({ by }) => by))].join(', ')
      this.#options.log.info(`the workers of ${held.length} pods have ended, but their container ${by} still runs`)
      await this.#wantNone(signal)
      return true
    }
    const phases = pods.map(({ status }) => status.phase)
    // all have ended: the Job will soon say so, or waits before it replaces one
    if (phases.length > 0 && !phases.includes('Pending') && this.#quietLooks++ === 0) return false
    await this.#wantNone(signal)
    return true
  }

  async #wantNone(signal: AbortSignal): Promise<void> {
    const { api, name, log } = this.#options
    await api.patch(pathOf(this.#options), { spec: { completions: 0, parallelism: 0 } }, signal)
    log.info(`the master no longer waits for workers of job ${name}`)
  }

  /** Warnings about one object, the newest last. */
  async #events(uid: string, signal: AbortSignal): Promise<readonly Event[]> {
    const fieldSelector = `involvedObject.uid=${uid},type=Warning`
    const { api } = this.#options
    const found = await api.get(`/api/v1/namespaces/${api.namespace}/events`, { fieldSelector }, signal)
    return (found as { items: readonly Event[] }).items
  }

  #listed(reasons: readonly [reason: string, pod: Pod][]): string[] {
    const names = Map.groupBy(reasons, ([reason]) => reason)
    return [...names].map(
      ([reason, all]) => `${namesOf(all.map(([, pod]) => nameOf(pod, this.#options.name)))}: ${reason}`,
    )
  }

  async #unless<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    const { name, log } = this.#options
    try {
      return await ask(AbortSignal.timeout(wholeMs))
    } catch (error) {
      const text = `cannot read job ${name}: ${messageOf(error)}`
      if (text !== this.#warned) log.warn(text)
      this.#warned = text
      return undefined
    }
  }
}

/** The worker's host name, which the Job makes from its index. */
function nameOf({ metadata }: Pod, job: string): string {
  const index = metadata.labels?.['batch.kubernetes.io/job-completion-index']
  return index === undefined ? metadata.name : `${job}-${index}`
}

/** Each name once, with how many pods of that index there were. */
function namesOf(names: readonly string[]): string {
  const once = [...new Set(names)].map((name) => {
    const times = names.filter((each) => each === name).length
    return times > 1 ? `${name} (${times} times)` : name
  })
  const more = once.length - mostNames
  return once.slice(0, mostNames).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
