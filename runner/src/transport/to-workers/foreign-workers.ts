import type { EventKind } from '../../facts/run-event.ts'
import { printableWord } from '../../printable.ts'
import { katydidOf } from '../katydid/wire.ts'
import type { Frame } from '../locust/decode.ts'
import { quit, stop } from '../locust/frames.ts'
import { heartbeatOf } from './heartbeat.ts'

export interface ForeignWorkersOptions {
  /** The run is over: workers that still come are told to leave. */
  isOver(): boolean
  transmit(id: string, bytes: Uint8Array): void
  onEvent(kind: EventKind, text: string): void
}

/** At most so many events: one is enough for the verdict. */
const mostTold = 100
const mostStopping = 10_000

/**
 * Handles workers of another master, most likely of one that died at this address. A katydid worker is told to leave. A Python worker is told to
 * stop its users, and then joins as a new one.
 */
export class ForeignWorkers {
  readonly #options: ForeignWorkersOptions
  readonly #told = new Set<string>()
  /** They were told to stop the other master's run and have not joined yet. */
  readonly #stopping = new Set<string>()

  constructor(options: ForeignWorkersOptions) {
    this.#options = options
  }

  meet(id: string, frame: Frame): void {
    const { isOver, transmit, onEvent } = this.#options
    const isKatydid = katydidOf(frame.data) !== undefined
    const beat = frame.type === 'heartbeat' ? heartbeatOf(frame.data) : undefined
    const runs = isKatydid || beat?.state === 'running' || beat?.state === 'spawning'
    if (runs && !isOver() && !this.#told.has(id) && this.#told.size < mostTold) {
      this.#told.add(id)
      onEvent('master_restarted', `master restarted: worker ${printableWord(id)} was in the run of another master`)
    }
    if (isKatydid) transmit(id, quit(id, { why: 'it is in the run of another master', exitCode: 3 }))
    else if (isOver()) transmit(id, quit(id))
    else if (beat || frame.type === 'stats') this.#stop(id)
  }

  /** It has come as a new worker. */
  back(id: string): void {
    this.#stopping.delete(id)
  }

  /** Only once: for each `stop` a Python worker sleeps its stop timeout before it is ready again. */
  #stop(id: string): void {
    if (this.#stopping.has(id) || this.#stopping.size >= mostStopping) return
    this.#stopping.add(id)
    this.#options.transmit(id, stop(id))
  }
}
