import { KatydidError } from '../errors.ts'
import { setRowSource } from '../feeds/declared-feeds.ts'
import { LeaseBook } from '../feeds/leased-rows.ts'
import { load } from '../loadfile/load.ts'
import type { LoadFile } from '../loadfile/load-file.ts'
import { checkParameters, setParameterOverrides } from '../loadfile/parameters.ts'
import type { Log } from '../log.ts'
import { redact } from '../secrets/redactions.ts'
import { pack, unpackToWorker } from '../transport/katydid/packing.ts'
import type { Job, ToWorker } from '../transport/messages.ts'
import { KatydidMasterLink } from '../transport/to-master/katydid-master-link.ts'
import type { SessionNews } from '../transport/to-master/worker-session.ts'
import type { SocketHost } from '../transport/zmq/socket-host.ts'
import { workerExitCodes } from './exit-codes.ts'
import type { LocustRuns, OwnLoad } from './locust-runs.ts'
import { Worker } from './worker.ts'

export interface WorkerProcessOptions {
  host: Pick<SocketHost, 'listen' | 'send' | 'sendFrame' | 'state' | 'close'>
  id: string
  version: string
  log: Log
  /** A load file and plan of its own: what it runs under a Locust master. */
  own?: OwnLoad | undefined
  /** Where secrets are. */
  env: Readonly<Record<string, string | undefined>>
}

/** How long the last words to a master may take. */
const lastWordsMs = 5_000

/** A worker from joining to leaving; what it is told decides what it is: a worker of ours, or one that Locust takes for its own. */
export class WorkerProcess {
  readonly #options: WorkerProcessOptions
  readonly #link: KatydidMasterLink
  readonly #leases: LeaseBook
  #worker: Worker | undefined
  #locust: LocustRuns | undefined
  #exitCode: number | undefined
  /** The master takes nothing more of it. */
  #isRefused = false
  #index = 0
  #hasJoined = false
  #leave: (exitCode: number) => void = () => {}
  /** Bodies are taken one after the other: what follows a job waits until it is loaded. */
  #taking: Promise<void> = Promise.resolve()

  constructor(options: WorkerProcessOptions) {
    this.#options = options
    this.#link = new KatydidMasterLink(options.host, (text) => options.log.warn(text))
    this.#leases = new LeaseBook((feed, request, count) =>
      this.#link.send({ type: 'feed_lease', feed, request, count }),
    )
  }

  /** Until it has left; its exit code. */
  async run(): Promise<number> {
    const { host, log } = this.#options
    const left = new Promise<number>((resolve) => {
      this.#leave = (exitCode) => {
        this.#exitCode ??= exitCode
        resolve(this.#exitCode)
      }
    })
    this.#link.closed(() => this.#leave(workerExitCodes.done))
    host.listen((news) => this.#hear(news))
    const exitCode = await left
    const isHeard = exitCode !== workerExitCodes.masterSilent && !this.#isRefused
    const pending = await host.close(isHeard ? lastWordsMs : 0)
    if (pending > 0) log.warn(`this worker exits, but ${pending} messages did not reach the master`)
    return exitCode
  }

  /** A signal: users end, everything measured is reported, and the worker leaves. */
  terminate(signal: string): void {
    this.#options.log.info(`${signal}: leaving`)
    this.#exitCode = workerExitCodes.terminated
    if (this.#worker) void this.#worker.leaveEarly()
    else if (this.#locust) void this.#locust.terminate()
    else this.#leave(workerExitCodes.terminated)
  }

  /** The master cannot be found. */
  giveUp(): void {
    this.#leave(workerExitCodes.masterSilent)
  }

  #hear(news: SessionNews): void {
    const { log } = this.#options
    switch (news.type) {
      case 'joined':
        this.#hasJoined = true
        this.#index = news.index
        if (news.dialect === 'locust') this.#then(() => this.#joinLocust(news.index))
        return
      case 'body':
        this.#then(() => this.#take(unpackToWorker(news.body)))
        return
      case 'frame':
        this.#then(() => this.#locust?.frame(news.frame))
        return
      case 'heartbeat':
        this.#link.clockOffsetMs = news.clockOffsetMs
        this.#worker?.heard()
        return
      case 'silence':
        this.#silence(news.stage)
        return
      case 'refused':
        log.warn(news.text)
        this.#isRefused = true
        this.#leave(news.exitCode)
        return
      case 'trouble':
        log.warn(news.text)
        return
    }
  }

  #then(step: () => Promise<void> | void): void {
    this.#taking = this.#taking.then(step).catch((error: unknown) => {
      this.#options.log.error(`cannot follow a message of the master: ${String(error)}`)
    })
  }

  #silence(stage: 'lease' | 'leave' | 'over'): void {
    const { log } = this.#options
    if (stage === 'over') {
      log.info('the master answers again')
      this.#locust?.resume()
      return
    }
    if (stage === 'lease') {
      log.warn('no message from the master for some time: this worker stops its users until the master answers')
      this.#worker?.suspend()
      this.#locust?.suspend()
      return
    }
    log.error(this.#hasJoined ? 'the master does not answer: this worker exits' : 'no master found: this worker exits')
    this.#leave(workerExitCodes.masterSilent)
  }

  async #joinLocust(index: number): Promise<void> {
    const { own, log, id, version } = this.#options
    if (!own) {
      log.error('the master is Locust: start the worker with a load file (katydid worker LOADFILE)')
      this.#leave(workerExitCodes.unusable)
      return
    }
    log.info(`joined a Locust master as worker ${index}`)
    const { host } = this.#options
    const { LocustRuns } = await import('./locust-runs.ts') // of no use to the workers of our own masters
    this.#locust = new LocustRuns({ host, id, version, index, log, own, onLeft: (code) => this.#leave(code) })
    this.#locust.join()
  }

  async #take(message: ToWorker | Job): Promise<void> {
    if (message.type !== 'job') return this.#give(message)
    try {
      await this.#begin(message)
    } catch (error) {
      const text = redact(
        error instanceof KatydidError && error.hint ? `${error.message} (${error.hint})` : String(error),
      )
      this.#options.log.error(`cannot use the load file: ${text}`)
      const told = `worker ${this.#options.id} cannot use the load file: ${text}`
      this.#options.host.send(pack({ type: 'event', kind: 'worker_failed', text: told }))
      this.#leave(workerExitCodes.unusable)
    }
  }

  #give(message: ToWorker): void {
    // before its job: it stands in for another, and has its index
    if (message.type === 'ack') this.#index = message.index
    if (message.type === 'quit') this.#exitCode ??= message.exitCode ?? workerExitCodes.done
    this.#link.take(message)
  }

  async #begin({ plan, bundle, workerCount }: Job): Promise<void> {
    const { version, env, own, id, log } = this.#options
    log.info(`joined the master as worker ${this.#index}`)
    setRowSource((spec) => this.#leases.openRows(spec))
    let loadFile: LoadFile
    if (own) loadFile = await own.load(plan)
    else {
      setParameterOverrides(plan.params, env)
      loadFile = await load(bundle, plan.setupTimeout)
      checkParameters(loadFile)
    }
    if (this.#exitCode !== undefined) return // told to leave meanwhile
    const names = plan.userClasses
    const classes =
      names.length === 0
        ? loadFile.userClasses
        : new Map([...loadFile.userClasses].filter(([name]) => names.includes(name)))
    this.#worker = new Worker({
      plan,
      link: this.#link,
      classes,
      params: loadFile.params,
      role: 'worker',
      version,
      id,
      index: this.#index,
      workerCount,
      onRows: (answer) => this.#leases.answer(answer),
    })
    await this.#worker.join()
  }
}
