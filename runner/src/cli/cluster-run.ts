import { randomUUID } from 'node:crypto'
import { RunEnvironment } from '../environment/run-environment.ts'
import { messageOf } from '../errors.ts'
import { type EventKind, effectOf } from '../facts/run-event.ts'
import type { FeedDesk } from '../feeds/feed-desk.ts'
import { bindRuntime } from '../hooks/runtime.ts'
import type { Log } from '../log.ts'
import { userHooks } from '../master/hooks.ts'
import { Master } from '../master/master.ts'
import { livenessLimits } from '../master/workers/liveness.ts'
import type { WorkersPlatform } from '../master/workers/workers-platform.ts'
import { keptNames } from '../plan/kept-names.ts'
import { Meter } from '../stats/meter.ts'
import { Recorder } from '../stats/recorder.ts'
import { onStrayErrors } from '../stray-errors.ts'
import { describeUserClass } from '../tasks/user-classes.ts'
import { pack } from '../transport/katydid/packing.ts'
import { type JoinedWorker, PeerServer } from '../transport/to-workers/peer-server.ts'
import type { RouterSocket } from '../transport/zmq/router-socket.ts'
import { loadOf } from './load-of.ts'
import { splitCredentials } from './plan-credentials.ts'
import type { Prepared } from './prepare.ts'
import type { RunSurroundings } from './run-to-verdict.ts'
import { spawnExtras } from './spawn-extras.ts'

export interface ClusterOptions {
  socket: RouterSocket
  desk: FeedDesk
  /** What workers may ask the run to be called. */
  token?: string | undefined
  /** How many workers the run begins with. */
  expect: number
  missingMs?: number | undefined
  platform?: WorkersPlatform | undefined
}

const tickMs = 100
/** What workers get to take the last messages. */
const lastWordsMs = 3_000

/** A run whose workers are other processes, here or elsewhere. */
export class ClusterRun {
  readonly master: Master
  readonly #socket: RouterSocket
  readonly #server: PeerServer
  readonly #timer: NodeJS.Timeout
  readonly #unbind: () => void
  readonly #stopHearing: () => void
  readonly #log: Log
  #isOver = false

  constructor({ plan, loadFile, classes }: Prepared, surroundings: RunSurroundings, options: ClusterOptions) {
    const { socket, desk, token, expect, missingMs, platform } = options
    const { log } = surroundings
    this.#log = log
    const chosen = plan.userClasses.length > 0
    const own = new Recorder({ maxNames: plan.maxNames, keep: keptNames(plan) })
    const meter = new Meter(own)
    const environment = this.#environment({ plan, loadFile }, meter, log)
    const load = loadOf(plan, loadFile)
    this.master = new Master({
      ...surroundings,
      ...load,
      plan,
      platform,
      userClasses: { names: [...classes.keys()], chosen },
      hooks: userHooks(loadFile, environment),
      waitForWorkers: { expect, maxWaitMs: plan.workers.maxWait, perPod: plan.workers.processes },
      liveness: livenessLimits(missingMs),
      own,
      onMessage: (name, data, from) => environment.deliver(name, data, from),
      feeds: desk,
    })
    this.#unbind = bindRuntime({
      environment,
      meter,
      end: (stop) => environment.end(stop),
      onListenerError: (hook, error) =>
        this.master.event('listener_failed', `a listener of ${hook} threw an error: ${messageOf(error)}`),
    })
    this.#socket = socket
    const { plan: openPlan, credentials } = splitCredentials(plan)
    this.#server = new PeerServer({
      run: randomUUID(),
      token,
      fileHash: loadFile.bundle.hash,
      job: pack({ type: 'job', plan: openPlan, bundle: loadFile.bundle, workerCount: expect }),
      credentials,
      classes: [...classes].map(([name, userClass]) => describeUserClass(name, userClass)),
      classesChosen: chosen,
      extras: spawnExtras(plan, loadFile),
      perHost: plan.workers.processes,
      missingMs,
      refuseLocust: load.arrivals
        ? 'an arrivals profile needs katydid workers'
        : plan.guard.maxRps === undefined
          ? undefined
          : 'only katydid workers keep guard.maxRps',
      transmit: (id, bytes) => socket.send(id, bytes),
      onWorker: (worker) => this.#join(worker),
      onEvent: (kind, text) => this.#event(kind, text),
      log,
    })
    this.#timer = setInterval(() => this.#server.tick(), tickMs)
    socket.unreachable((id) => this.#server.unreachable(id))
    void socket.receive((id, bytes) => this.#server.receive(id, bytes))
    this.#stopHearing = onStrayErrors(this.#stray)
  }

  /** A worker's process is known to have ended. */
  lost(id: string, reason: string): void {
    this.#server.lost(id, reason)
  }

  /** The run is over: the workers get the last messages, and whoever comes later is told to leave. */
  async finish(): Promise<void> {
    this.#server.finish()
    const { roundTripMs } = this.#server
    const deadline = performance.now() + lastWordsMs + 2 * roundTripMs
    while (this.#server.present > 0 && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 20))
    // until those who left hear that their last word has come
    await new Promise((resolve) => setTimeout(resolve, roundTripMs))
    this.#unbind()
    this.#isOver = true
  }

  async close(): Promise<void> {
    this.#stopHearing()
    clearInterval(this.#timer)
    await this.#socket.close()
  }

  #environment({ plan, loadFile }: Pick<Prepared, 'plan' | 'loadFile'>, meter: Meter, log: Log): RunEnvironment {
    return new RunEnvironment({
      host: plan.host,
      role: 'master',
      meter,
      params: loadFile.params,
      runClock: () => this.master.elapsedMs,
      stats: () => this.master.stats,
      onStop: (reason, outcome, cutShort) => {
        if (outcome !== 'passed') this.master.event(`stopped_${outcome}`, reason)
        this.master.command({ kind: 'stop', reason, cause: cutShort ? 'shortage' : 'user' })
      },
      post: (name, data, workerId) => this.master.post(name, data, workerId),
      workers: () => this.master.workers,
      workerIndex: () => -1,
      onMessageError: (name, error) => {
        log.error(`a handler of message ${name} threw an error: ${messageOf(error)}`)
        this.master.event('listener_failed', `a handler of message ${name} threw an error: ${messageOf(error)}`)
      },
    })
  }

  #join({ id, link, ...about }: JoinedWorker): void {
    this.master.join(id, link, about)
  }

  #event(kind: EventKind, text: string): void {
    const { refusesWorker } = effectOf(kind)
    // one that comes to a run under way takes nothing from it
    const isNeeded = !this.master.hasBegun
    this.master.event(refusesWorker && !isNeeded ? 'worker_turned_away' : kind, text)
    if (refusesWorker && isNeeded) this.master.command({ kind: 'stop', reason: text, cause: 'workers' })
  }

  /** What the load file throws where nobody waits for it: a finding, not the end of the process with all that was measured. */
  readonly #stray = (error: unknown): void => {
    const text = `the load file threw an error in a timer, or in a promise without await: ${messageOf(error)}`
    // a hook that was given up may go on while the result is served
    if (this.#isOver) this.#log.warn(text)
    else this.master.event('listener_failed', text)
  }
}
