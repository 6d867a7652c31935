import type { RunFinish, RunStart } from '../facts/run.ts'
import type { RunEvent } from '../facts/run-event.ts'
import type { Verdict } from '../facts/verdict.ts'
import { planOf } from '../plan/plan.fixture.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import type { UserClassInfo } from '../profile/class-sequence.ts'
import type { Load } from '../profile/profile.ts'
import { Recorder } from '../stats/recorder.ts'
import type { HealthSample, RunInterval, StatsDelta, WorkerInterval } from '../stats/snapshot.ts'
import type { Link } from '../transport/link.ts'
import { memoryLink } from '../transport/memory.ts'
import type { Target, ToMaster, ToWorker } from '../transport/messages.ts'
import type { LoadSource } from './load/load-source.ts'

export const calm: HealthSample = {
  loopDelayMeanMs: 1,
  loopDelayMaxMs: 2,
  cpuPercent: 10,
  gcMs: 1,
  rssBytes: 1_000,
  saturated: false,
}

export const classInfo = (name: string, weight = 1, fixedCount = 0): UserClassInfo => ({ name, weight, fixedCount })

/** So many answers of one request group. */
export function statsOf(requests: number, name = '/a', ms = 10): StatsDelta {
  const recorder = new Recorder()
  for (let i = 0; i < requests; i++) recorder.request('GET', name).success(ms, Number.NaN, 1)
  return recorder.take()
}

export function workerInterval(second: number, requests = 0, more: Partial<WorkerInterval> = {}): WorkerInterval {
  return { second, durationMs: 1_000, stats: statsOf(requests), users: {}, health: calm, ...more }
}

export function runInterval(second: number, requests = 0, more: Partial<RunInterval> = {}): RunInterval {
  return {
    second,
    durationMs: 1_000,
    at: 0,
    stats: statsOf(requests),
    users: {},
    userCount: 0,
    health: { local: calm },
    ...more,
  }
}

export const plan = (text = ''): RunPlan =>
  planOf({ files: [`load:\n  file: x.ts\n  host: http://localhost\n  stopTimeout: 200ms\n${text}`] })

/** Asks for what the function says until the function says nothing. */
export const sourceOf = (targetAt: (elapsedMs: number) => Load | undefined): LoadSource => ({
  targetAt,
  isFlat: () => true,
  mayRise: () => false,
  spawnRateAt: () => undefined,
})

/** Keeps what outputs are told, in order. */
export class RecordingSink {
  readonly told: string[] = []
  readonly intervals: RunInterval[] = []
  readonly events: RunEvent[] = []
  started: RunStart | undefined
  finished: RunFinish | undefined

  start(run: RunStart): void {
    this.told.push('start')
    this.started = run
  }

  interval(interval: RunInterval): void {
    this.told.push('interval')
    this.intervals.push(interval)
  }

  event(event: RunEvent): void {
    this.told.push(`event ${event.kind}`)
    this.events.push(event)
  }

  async finish(run: Omit<RunFinish, 'verdict'>, judge: () => Verdict): Promise<Verdict> {
    this.told.push('finish')
    const verdict = judge()
    this.finished = { ...run, verdict }
    return verdict
  }
}

/** A worker that does what a test says: by default what a good one does, with users that exist only as numbers. */
export class ScriptedWorker {
  readonly heard: ToWorker[] = []
  readonly targets: Target[] = []
  readonly toMaster: Link<ToMaster, ToWorker>
  readonly masterEnd: Link<ToWorker, ToMaster>
  users: Record<string, number> = {}
  readonly #script: Partial<Record<ToWorker['type'], (worker: ScriptedWorker) => void>>

  constructor(
    classes: UserClassInfo[] = [classInfo('U')],
    script: Partial<Record<ToWorker['type'], (worker: ScriptedWorker) => void>> = {},
  ) {
    this.#script = script
    ;[this.masterEnd, this.toMaster] = memoryLink<ToWorker, ToMaster>()
    this.toMaster.receive((message) => this.#receive(message))
    if (classes.length > 0) this.say({ type: 'client_ready', version: '0', classes })
  }

  say(message: ToMaster): void {
    this.toMaster.send(message)
  }

  types(): string[] {
    return this.heard.map(({ type }) => type)
  }

  #receive(message: ToWorker): void {
    this.heard.push(message)
    if (message.type === 'spawn') this.targets.push(message.target)
    const scripted = this.#script[message.type]
    if (scripted) scripted(this)
    else if (message.type === 'spawn') {
      this.users = message.target.users
      this.say({ type: 'spawning' })
      this.say({ type: 'spawning_complete', users: this.users })
    } else if (message.type === 'stop') {
      this.say({ type: 'stats', intervals: [workerInterval(0, 3, { users: this.users })] })
      this.say({ type: 'client_stopped' })
    }
  }
}
