import type { EventKind } from '../../facts/run-event.ts'
import { printableWord } from '../../printable.ts'
import { katydidOf } from '../katydid/wire.ts'
import type { Frame } from '../locust/decode.ts'
import { quit, stop } from '../locust/frames.ts'
import { heartbeatOf } from './heartbeat.ts'

export interface ForeignWorkersOptions {
  /** The run is over: whoever still comes is told to leave. */
  isOver(): boolean
  transmit(id: string, bytes: Uint8Array): void
  onEvent(kind: EventKind, text: string): void
}

/** One is enough for the verdict. */
const mostTold = 100
const mostStopping = 10_000

/**
 * Workers of another master, most likely of one that died here. A katydid worker leaves; a Python one stops its users when told to, and
 * then comes as if new.
 */
export class ForeignWorkers {
  readonly #options: ForeignWorkersOptions
  readonly #told = new Set<string>()
  /** Told to stop a run that was none of ours, and not yet back. */
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

  /** It has come as if new. */
  back(id: string): void {
    this.#stopping.delete(id)
  }

  /** Once: for each a Python worker sleeps its stop timeout before it is ready again. */
  #stop(id: string): void {
    if (this.#stopping.has(id) || this.#stopping.size >= mostStopping) return
    this.#stopping.add(id)
    this.#options.transmit(id, stop(id))
  }
}
