import { tracebackOf } from '../environment/traceback.ts'
import { sentenceOf } from '../errors.ts'
import type { EventKind } from '../facts/run-event.ts'
import type { Verdict } from '../facts/verdict.ts'
import { GivenUp, type hookTimes } from '../hooks/hook-time.ts'
import { shortfall } from '../profile/shortfall.ts'
import type { RunClock } from '../stats/run-clock.ts'
import { conclude } from '../verdict/verdict.ts'
import type { RunLoad } from './load/run-load.ts'
import { runningClasses } from './load/running-classes.ts'
import type { Command, MasterOptions } from './master-options.ts'
import type { Broadcast } from './record/broadcast.ts'
import type { RunRecord } from './record/run-record.ts'
import type { RunSeconds } from './record/run-seconds.ts'
import type { RunCourse } from './run-course.ts'
import { plainData, type RunStarter } from './run-start.ts'
import type { WakeableSleep } from './wakeable-sleep.ts'
import type { Roster } from './workers/roster.ts'
import { waitForWorkers } from './workers/wait-for-workers.ts'
import type { WorkerPresence } from './workers/worker-presence.ts'

export interface RunPhasesOptions
  extends Pick<
    MasterOptions,
    'plan' | 'hooks' | 'criteria' | 'platform' | 'userClasses' | 'waitForWorkers' | 'drainGraceMs' | 'log'
  > {
  clock: RunClock
  course: RunCourse
  roster: Roster
  sleep: WakeableSleep
  record: RunRecord
  broadcast: Broadcast
  load: RunLoad
  seconds: RunSeconds
  presence: WorkerPresence
  starter: RunStarter
  hookTimes: ReturnType<typeof hookTimes>
  command(command: Command): void
  event(kind: EventKind, text: string): void
}

/** On a network that has just become 3 s slow, the order to stop and the last report take about as long. */
const defaultDrainGraceMs = 8_000

/** A run from its first hook to its verdict: wait for workers → start → dispatch → drain → judge. */
export class RunPhases {
  readonly #options: RunPhasesOptions
  #durationMs: number | undefined

  constructor(options: RunPhasesOptions) {
    this.#options = options
  }

  /** Length of the run in ms, once its load is over. */
  get durationMs(): number | undefined {
    return this.#durationMs
  }

  async run(): Promise<Verdict> {
    const { clock, course, hooks, hookTimes, platform, starter, presence, seconds, broadcast, sleep, event } =
      this.#options
    const { before, after } = hookTimes
    let data: unknown
    const ready = await this.#attempt('init', () => before.within(() => hooks.init()))
    const came = await this.#waitForWorkers()
    if (!came) {
      await this.#tellTroubles('workers_missing')
      // otherwise the workers' Job is complete, and Helm goes on to the verdict
      if (!(await platform?.cancel())) starter.refuseReplacements()
    }
    if (ready && came)
      if (await this.#attempt('setup', async () => (data = plainData(await before.within(() => hooks.setup())))))
        if (await this.#attempt('testStart', () => before.within(() => hooks.testStart()))) await this.#underLoad(data)
    if (!clock.hasStarted) this.#announce()
    if (course.stopRequest?.cause === 'interrupted') {
      event('interrupted', course.stopRequest.reason)
      // an interrupted master goes away with its verdict, so nobody should wait for the workers' Job
      starter.refuseReplacements()
    }
    await this.#attempt('testStopping', () => after.within(() => hooks.testStopping()))
    await this.#drain()
    course.end()
    const durationMs = (this.#durationMs = clock.elapsedMs)
    if (presence.hasGaps) await this.#tellTroubles('worker_trouble')
    await this.#attempt('teardown', () => after.within(() => hooks.teardown(data)))
    await this.#attempt('testStop', () => after.within(() => hooks.testStop()))
    await this.#attempt('quitting', () => after.within(() => hooks.quitting()))
    seconds.takeOwnRest(durationMs)
    // before outputs are told, because a listener that throws is part of the verdict
    await this.#attempt('quit', async () => hooks.quit(this.#judge().exitCode))
    const verdict = await broadcast.finish({
      durationMs,
      health: seconds.health.report(),
      judge: () => this.#judge(),
    })
    // only now, because a local worker that has left no longer reports listeners that throw
    starter.quitAll()
    await sleep.for(0)
    return verdict
  }

  /** False where no run is possible with the workers that came. */
  async #waitForWorkers(): Promise<boolean> {
    const { course, roster, sleep, event, waitForWorkers: limits } = this.#options
    const came = await waitForWorkers({
      expect: limits?.expect ?? 0,
      maxWaitMs: limits?.maxWaitMs ?? Number.POSITIVE_INFINITY,
      perPod: limits?.perPod,
      roster,
      sleep,
      isStopped: () => course.stopRequest !== undefined,
      event,
    })
    return came && course.stopRequest?.cause !== 'workers'
  }

  async #underLoad(data: unknown): Promise<void> {
    const { plan, load, starter, command, event } = this.#options
    const { classes, gaps } = this.#running
    const short = shortfall(plan.profile)
    if (short) event('profile_short', short)
    for (const gap of gaps) event('user_class_missing', gap)
    if (gaps.length > 0) command({ kind: 'stop', reason: 'no worker has its user class', cause: 'workers' })
    const startsAt = performance.now() + load.aheadMs
    const start = async () => starter.startRun(data, performance.timeOrigin + startsAt)
    if (!(await this.#attempt('setup', start))) return
    await this.#attempt('run', () => load.orderAhead(classes, startsAt))
    this.#announce(startsAt)
    await this.#attempt('run', () => load.dispatch(classes))
  }

  /** The run's first moment. A run that never began has one too, since outputs end what they began. */
  #announce(at = performance.now()): void {
    const { clock, broadcast } = this.#options
    clock.start(Math.min(at, performance.now()))
    broadcast.start(this.#running.classes.map(({ name }) => name))
  }

  get #running() {
    return runningClasses(this.#options.roster.registered, this.#options.userClasses)
  }

  async #drain(): Promise<void> {
    const { plan, drainGraceMs = defaultDrainGraceMs, load, roster, presence, seconds, record, sleep } = this.#options
    load.end()
    roster.sendAlsoToMissing({ type: 'stop' })
    const since = performance.now()
    // a missing worker may come back with the reports it kept
    const waitedFor = () => roster.workers.filter(({ isGone, drained }) => !isGone && !drained)
    const patienceMs = () => plan.stopTimeout + drainGraceMs + roster.roundTripMs
    while (waitedFor().some((worker) => !worker.released) && performance.now() - since < patienceMs())
      await sleep.for(50)
    for (const worker of waitedFor()) presence.giveUp(worker)
    seconds.flush()
    load.countLosses(record, presence)
  }

  /** Tells why workers did not come or were lost, as the platform knows it. */
  async #tellTroubles(kind: EventKind): Promise<void> {
    const { platform, event } = this.#options
    for (const text of (await platform?.troubles()) ?? []) event(kind, text)
  }

  /** Runs one phase of user code. An error in it is an event, and the run still ends in order. */
  async #attempt(phase: string, run: () => Promise<unknown>): Promise<boolean> {
    const { log, event } = this.#options
    try {
      await run()
      return true
    } catch (error) {
      // the stop that ended it is an event already
      if (error instanceof GivenUp) return false
      const text = sentenceOf(error)
      const { traceback } = tracebackOf(error)
      log.error(`${phase} failed: ${text}${traceback && `\n${traceback}`}`)
      event('hook_failed', `${phase} failed: ${text}`)
      return false
    }
  }

  #judge(): Verdict {
    return conclude(this.#options.criteria, this.#options.record)
  }
}
