import type { UserClassInfo } from '../../profile/class-sequence.ts'
import type { Frame } from '../locust/decode.ts'
import {
  ack,
  custom,
  masterHeartbeat,
  masterSpawningComplete,
  quit,
  type SpawnExtras,
  spawn,
  stop,
  withSmallInts,
} from '../locust/frames.ts'
import { exceptionOf, fromLocustStats, usersOf } from '../locust/stats-reading.ts'
import type { ToWorker } from '../messages.ts'
import { heartbeatOf } from './heartbeat.ts'
import { NewestOrder } from './newest-order.ts'
import { OpenInterval } from './open-interval.ts'
import { PeerLink, silentMs } from './peer-link.ts'

export interface LocustPeerOptions {
  id: string
  index: number
  /** As measured with its first answer. Nothing in Locust's protocol tells it later. */
  roundTripMs?: number
  /** It is Python's Locust, not boomer or locust4j. */
  python: boolean
  extras: SpawnExtras
  /** The master's classes. A worker that names none (boomer) is taken to run these. */
  classes: readonly UserClassInfo[]
  transmit(bytes: Uint8Array): void
  onReady(): void
  /** It has classes that the master's load file does not have, so their weights are not known. */
  onUnknownClasses?(names: readonly string[]): void
  onBad(text: string): void
  now: () => number
}

/** A Python worker reports within this time after its users' end (3 s and the network's delay). */
const lastReportMs = 4_000
/** A worker that has named no classes by then will not before it has users. */
const classesWaitMs = 2_000

/**
 * The master's end of the link to a Locust worker (Python, boomer or locust4j). It translates all messages in both directions, and makes an
 * interval of each second in which the worker is heard.
 */
export class LocustPeer extends PeerLink {
  readonly #options: LocustPeerOptions
  readonly #order: NewestOrder
  readonly #interval: OpenInterval
  readonly #joinedAt: number
  heardAt: number
  isReady = false
  #phase: 'running' | 'stopping' | 'finishing' | 'stopped' = 'running'
  #finishBy = 0

  constructor(options: LocustPeerOptions) {
    super(options.id, options.now())
    this.#options = options
    this.#order = new NewestOrder(options.transmit, options.now, options.roundTripMs)
    this.#interval = new OpenInterval(options.now)
    this.#joinedAt = this.heardAt = options.now()
  }

  get roundTripMs(): number {
    return this.#options.roundTripMs ?? 0
  }

  send(message: ToWorker): void {
    const { transmit, extras, python } = this.#options
    if (this.isClosed) return
    switch (message.type) {
      case 'start':
        this.#interval.begin(message.startedAtEpochMs)
        return
      case 'spawn': {
        const { timestamp, users } = message.target
        this.#order.give(spawn(this.id, { timestamp, users, ...(python ? extras : withSmallInts(extras)) }))
        return
      }
      case 'spawning_complete':
        transmit(masterSpawningComplete(this.id, message.userCount))
        return
      case 'stop':
        this.#phase = 'stopping'
        // told to quit, a Python worker stops its users too and reports before it leaves; told to stop, it would then sleep its stop timeout
        this.#order.giveInstead(python ? quit(this.id) : stop(this.id))
        return
      case 'quit':
        // a Python worker was told to quit when the load ended, and is told again until it answers
        if (python && this.#phase !== 'running') return
        this.#phase = 'stopped'
        this.#order.giveInstead(quit(this.id))
        return
      case 'message':
        transmit(custom(this.id, message.name, message.data))
        return
      case 'ack':
      case 'credentials': // in `spawn`, for workers that have joined
      case 'guard': // with `guard.maxRps`, Locust's workers are rejected
      case 'reset_stats': // Locust's workers are not told
      case 'feed_rows':
        return
    }
  }

  override get mayStillRun(): boolean {
    return !this.isCut
  }

  frame({ type, data }: Frame): void {
    const { id, index, transmit, onBad } = this.#options
    this.#heard()
    switch (type) {
      case 'client_ready':
        // after a stop, and again until our answer has come
        transmit(ack(id, index))
        return
      case 'heartbeat': {
        const beat = heartbeatOf(data)
        if (!beat) {
          onBad('a heartbeat without a state')
          return
        }
        this.#interval.measured(beat)
        transmit(masterHeartbeat(id))
        this.hand({ type: 'heartbeat', ...beat, roundTripMs: this.roundTripMs })
        return
      }
      case 'stats':
        this.#stats(data)
        return
      case 'spawning':
        if (this.#phase === 'running') this.#order.answered()
        this.hand({ type: 'spawning' })
        return
      case 'spawning_complete':
        this.#spawned(data)
        return
      case 'client_stopped':
        this.#interval.users = {}
        if (this.#phase !== 'stopping') return
        this.#order.answered()
        this.#phase = 'finishing'
        this.#finishBy = this.#options.now() + lastReportMs
        return
      case 'exception':
        this.#interval.add({ requests: [], errors: [], metrics: [], exceptions: [exceptionOf(data)] })
        return
      case 'quit':
        if (this.#phase === 'running') {
          this.#interval.users = {}
          this.#closeInterval() // with what it has reported in this second; Python sends no last report here
          this.hand({ type: 'quit' })
        } else this.#finish()
        this.hangUp('left')
        return
      case 'locustfile':
        transmit(
          custom(id, 'locustfile', {
            error: 'This master is katydid, and its load file is TypeScript. Start the worker with -f FILE.',
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
    if (!this.isReady && this.#options.now() - this.#joinedAt > classesWaitMs) this.#becomeReady(this.#options.classes)
    if (this.#phase === 'finishing' && this.#options.now() > this.#finishBy) this.#finish()
    if (!this.isClosed) {
      if (this.#isSilent) this.probe(this.#options.now(), () => this.#options.transmit(masterHeartbeat(this.id)))
      else this.#order.retry()
    }
    if (this.#interval.isDue && this.#phase !== 'stopped' && !this.#isSilent) this.#closeInterval()
  }

  get #isSilent(): boolean {
    return this.#options.now() - this.heardAt > silentMs
  }

  /** Nothing is known about the seconds of a silence. What was measured in them comes with the next report. */
  #heard(): void {
    if (this.#isSilent) this.#interval.skip()
    this.heardAt = this.#options.now()
    this.reached()
  }

  #spawned(data: unknown): void {
    const { user_classes_count: counts } = (data ?? {}) as { user_classes_count?: unknown }
    const users = usersOf(counts) ?? this.#interval.users
    this.#interval.users = users
    this.hand({ type: 'spawning_complete', users })
  }

  #stats(data: unknown): void {
    const report = fromLocustStats(data)
    if (!report) {
      this.#options.onBad('a report without statistics')
      return
    }
    this.#interval.add(report.stats)
    if (this.#phase === 'running' && Object.keys(report.users).length > 0) this.#interval.users = report.users
    if (!this.isReady) {
      const names = Object.keys(report.users)
      if (names.length > 0) this.#becomeReady(names.map((name) => this.#classNamed(name)))
      const unknown = names.filter((name) => !this.#options.classes.some((info) => info.name === name))
      if (unknown.length > 0) this.#options.onUnknownClasses?.(unknown)
    }
    if (this.isReady) {
      const { extra, activeSeconds } = report
      this.hand({ type: 'stats', intervals: [], extra, ...(activeSeconds === undefined ? {} : { activeSeconds }) })
    }
    if (this.#phase === 'finishing') this.#finish()
  }

  #classNamed(name: string): UserClassInfo {
    return this.#options.classes.find((info) => info.name === name) ?? { name, weight: 1, fixedCount: 0 }
  }

  #becomeReady(classes: readonly UserClassInfo[]): void {
    this.isReady = true
    this.#options.onReady()
    this.hand({ type: 'client_ready', version: 'locust', classes: [...classes] })
  }

  #finish(): void {
    if (this.#phase === 'stopped') return
    this.#closeInterval()
    this.#phase = 'stopped'
    this.hand({ type: 'client_stopped' })
  }

  #closeInterval(): void {
    const interval = this.#interval.close()
    if (interval) this.hand({ type: 'stats', intervals: [interval] })
  }
}
