import { mergeDeltas } from '../../stats/merge.ts'
import type { ExceptionDelta, StatsDelta, WorkerInterval } from '../../stats/snapshot.ts'
import type { UserClassInfo } from '../../users/spread.ts'
import { isCount } from '../katydid/wire.ts'
import type { Frame } from '../locust/decode.ts'
import { ack, custom, masterHeartbeat, masterSpawningComplete, quit, spawn, stop } from '../locust/frames.ts'
import { fromLocustStats } from '../locust/stats-reading.ts'
import type { ToWorker } from '../messages.ts'
import { type Heartbeat, heartbeatOf } from './heartbeat.ts'
import { PeerLink } from './peer-link.ts'

/** What a Locust worker is told with each `spawn` beyond how many users. */
export interface SpawnExtras {
  host: string | undefined
  stopTimeoutS: number
  /** Becomes `environment.parsed_options` there: no secrets, it travels in the clear. */
  parsedOptions: Readonly<Record<string, string | number | boolean | readonly string[] | null>>
}

export interface LocustPeerOptions {
  id: string
  index: number
  /** Python's own. */
  python: boolean
  extras: SpawnExtras
  /** Those of the master: what a worker that names none (boomer) is taken to run. */
  classes: readonly UserClassInfo[]
  transmit(bytes: Uint8Array): void
  onReady(): void
  /** Classes that the master's load file has not: their weights are not known. */
  onUnknownClasses?(names: readonly string[]): void
  onBad(text: string): void
  now: () => number
}

/** A Python worker reports within this of its users' end (3 s, and the way). */
const lastReportMs = 4_000
/** One that has named no classes by then never will before it has users. */
const classesWaitMs = 2_000
/** Heartbeats come every second. */
const silentMs = 2_500
/** An order is answered at once. One that was not has been lost on the way: Locust's wire knows no acknowledgements. */
const unansweredMs = 2_000
const busyPercent = 90

/**
 * A worker that speaks Locust: Python's, boomer, locust4j. What it reports every three seconds becomes the interval of the second in
 * which it came; each second in which it is heard has one.
 */
export class LocustPeer extends PeerLink {
  readonly #options: LocustPeerOptions
  readonly #joinedAt: number
  heardAt: number
  #ready = false
  #phase: 'running' | 'stopping' | 'finishing' | 'stopped' = 'running'
  #finishBy = 0
  #startedAtEpochMs = Number.NaN
  #second = 0
  #sinceMs = 0
  #deltas: StatsDelta[] = []
  #users: Record<string, number> = {}
  #beat: Heartbeat = { state: 'ready', cpuPercent: 0, rssBytes: 0 }
  /** The newest order, and how many of those that were sent it has not answered. */
  #order: Uint8Array | undefined
  #unanswered = 0
  #orderedAt = 0
  #probedAt = 0
  #connectionGone = false

  constructor(options: LocustPeerOptions) {
    super(options.id)
    this.#options = options
    this.#joinedAt = this.heardAt = options.now()
  }

  send(message: ToWorker): void {
    const { transmit, extras, python } = this.#options
    if (this.isClosed) return
    switch (message.type) {
      case 'start':
        this.#startedAtEpochMs = message.startedAtEpochMs
        this.#sinceMs = Math.max(0, this.#elapsedMs())
        this.#second = Math.floor(this.#sinceMs / 1_000)
        return
      case 'spawn': {
        const { timestamp, users } = message.target
        this.#unanswered++
        const parsedOptions = python ? extras.parsedOptions : withSmallInts(extras.parsedOptions)
        this.#give(spawn(this.id, { timestamp, users, ...extras, parsedOptions }))
        return
      }
      case 'spawning_complete':
        transmit(masterSpawningComplete(this.id, message.userCount))
        return
      case 'stop':
        this.#phase = 'stopping'
        this.#unanswered = 1
        // told to quit a Python worker stops its users as well, and reports before it goes; told to stop it then sleeps its stop timeout
        this.#give(python ? quit(this.id) : stop(this.id))
        return
      case 'quit':
        // a Python worker has been told when the load ended, and hears it again as long as it has not answered
        if (python && this.#phase !== 'running') return
        this.#phase = 'stopped'
        this.#unanswered = 1
        this.#give(quit(this.id))
        return
      case 'message':
        transmit(custom(this.id, message.name, message.data))
        return
      case 'ack':
      case 'guard': // where there is one, Locust's workers are refused
      case 'reset_stats': // Locust's workers are not told
      case 'feed_rows':
        return
    }
  }

  /** Its process is gone, or the network between. */
  unreachable(): void {
    this.#connectionGone = true
  }

  override get mayStillRun(): boolean {
    return !this.#connectionGone
  }

  frame({ type, data }: Frame): void {
    const { id, index, transmit, onBad } = this.#options
    this.#heard()
    switch (type) {
      case 'client_ready':
        // after a stop, and again while our answer has not come
        transmit(ack(id, index))
        return
      case 'heartbeat': {
        const beat = heartbeatOf(data)
        if (!beat) {
          onBad('a heartbeat without a state')
          return
        }
        this.#beat = beat
        transmit(masterHeartbeat(id))
        this.hand({ type: 'heartbeat', ...beat })
        return
      }
      case 'stats':
        this.#stats(data)
        return
      case 'spawning':
        if (this.#phase === 'running') this.#unanswered = Math.max(0, this.#unanswered - 1)
        this.hand({ type: 'spawning' })
        return
      case 'spawning_complete':
        this.#users = usersOf((data as { user_classes_count?: unknown } | null)?.user_classes_count) ?? this.#users
        this.hand({ type: 'spawning_complete', users: this.#users })
        return
      case 'client_stopped':
        this.#users = {}
        if (this.#phase !== 'stopping') return
        this.#unanswered = 0
        this.#phase = 'finishing'
        this.#finishBy = this.#options.now() + lastReportMs
        return
      case 'exception':
        this.#deltas.push({ requests: [], errors: [], metrics: [], exceptions: [exceptionOf(data)] })
        return
      case 'quit':
        if (this.#phase === 'running') {
          this.#users = {}
          this.#closeOpen() // with what it has reported in this second; Python's own last report is not sent
          this.hand({ type: 'quit' })
        } else this.#finish()
        this.hangUp('left')
        return
      case 'locustfile':
        transmit(
          custom(id, 'locustfile', {
            error: 'This master is katydid: its load file is TypeScript. Start the worker with -f FILE.',
          }),
        )
        return
      case 'logs':
      case 'cpu_warning':
        return
      default:
        this.hand({ type: 'message', name: type, data })
        return
    }
  }

  tick(): void {
    if (!this.#ready && this.#options.now() - this.#joinedAt > classesWaitMs) this.#becomeReady(this.#options.classes)
    if (this.#phase === 'finishing' && this.#options.now() > this.#finishBy) this.#finish()
    this.#orderAgain()
    if (Number.isNaN(this.#startedAtEpochMs) || this.#phase === 'stopped' || this.#isSilent) return
    const second = Math.floor(this.#elapsedMs() / 1_000)
    if (second > this.#second) this.#close(second)
  }

  #give(order: Uint8Array): void {
    this.#order = order
    this.#orderedAt = this.#options.now()
    this.#options.transmit(order)
  }

  /** Whoever is silent is sent something all the same: whether that can be delivered shows whether its connection is still there. */
  #orderAgain(): void {
    const now = this.#options.now()
    if (this.isClosed) return
    if (this.#isSilent) {
      if (now - this.#probedAt < 1_000) return
      this.#probedAt = now
      this.#options.transmit(masterHeartbeat(this.id))
      return
    }
    if (!this.#order || this.#unanswered === 0 || now - this.#orderedAt < unansweredMs) return
    this.#unanswered = 1
    this.#give(this.#order)
  }

  get #isSilent(): boolean {
    return this.#options.now() - this.heardAt > silentMs
  }

  /** Of the seconds of a silence nobody knows; what was measured in them comes with the next report. */
  #heard(): void {
    if (this.#isSilent && !Number.isNaN(this.#startedAtEpochMs)) {
      this.#sinceMs = this.#elapsedMs()
      this.#second = Math.floor(this.#sinceMs / 1_000)
    }
    this.heardAt = this.#options.now()
    this.#connectionGone = false
  }

  #stats(data: unknown): void {
    const report = fromLocustStats(data)
    if (!report) {
      this.#options.onBad('a report that is none')
      return
    }
    this.#deltas.push(report.stats)
    this.hand({ type: 'stats', intervals: [], extra: report.extra })
    if (this.#phase === 'running' && Object.keys(report.users).length > 0) this.#users = report.users
    if (!this.#ready) {
      const names = Object.keys(report.users)
      if (names.length > 0) this.#becomeReady(names.map((name) => this.#classNamed(name)))
      const unknown = names.filter((name) => !this.#options.classes.some((info) => info.name === name))
      if (unknown.length > 0) this.#options.onUnknownClasses?.(unknown)
    }
    if (this.#phase === 'finishing') this.#finish()
  }

  #classNamed(name: string): UserClassInfo {
    return this.#options.classes.find((info) => info.name === name) ?? { name, weight: 1, fixedCount: 0 }
  }

  #becomeReady(classes: readonly UserClassInfo[]): void {
    this.#ready = true
    this.#options.onReady()
    this.hand({ type: 'client_ready', version: 'locust', classes: [...classes] })
  }

  #finish(): void {
    if (this.#phase === 'stopped') return
    this.#closeOpen()
    this.#phase = 'stopped'
    this.hand({ type: 'client_stopped' })
  }

  #closeOpen(): void {
    if (!Number.isNaN(this.#startedAtEpochMs)) this.#close(Math.floor(this.#elapsedMs() / 1_000))
  }

  /** Ends the open interval. */
  #close(nextSecond: number): void {
    const nowMs = this.#elapsedMs()
    const { cpuPercent, rssBytes } = this.#beat
    const interval: WorkerInterval = {
      second: this.#second,
      durationMs: Math.max(0, nowMs - this.#sinceMs),
      stats: mergeDeltas(this.#deltas),
      users: { ...this.#users },
      health: {
        loopDelayMeanMs: 0,
        loopDelayMaxMs: 0,
        cpuPercent,
        gcMs: 0,
        rssBytes,
        saturated: cpuPercent > busyPercent,
      },
    }
    this.#deltas = []
    this.#second = nextSecond
    this.#sinceMs = nowMs
    this.hand({ type: 'stats', intervals: [interval] })
  }

  #elapsedMs(): number {
    return performance.timeOrigin + this.#options.now() - this.#startedAtEpochMs
  }
}

function usersOf(value: unknown): Record<string, number> | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, number] => isCount(entry[1])))
}

function exceptionOf(data: unknown): ExceptionDelta {
  const { msg, traceback } = (data ?? {}) as { msg?: unknown; traceback?: unknown }
  const now = Date.now()
  return {
    message: (typeof msg === 'string' ? msg : 'exception').slice(0, 2_000),
    traceback: (typeof traceback === 'string' ? traceback : '').slice(0, 20_000),
    count: 1,
    firstSeen: now,
    lastSeen: now,
  }
}

/** locust4j reads whole numbers of 32 bits, and dies of others. */
function withSmallInts(options: SpawnExtras['parsedOptions']): SpawnExtras['parsedOptions'] {
  const fits = (value: unknown) => !Number.isInteger(value) || (value as number) === ((value as number) | 0)
  return Object.fromEntries(Object.entries(options).filter(([, value]) => fits(value)))
}
