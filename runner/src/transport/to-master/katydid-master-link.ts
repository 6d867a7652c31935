import { formatBytes } from '../../stats/format.ts'
import { Inbox } from '../inbox.ts'
import { pack } from '../katydid/packing.ts'
import type { Link } from '../link.ts'
import { checkSize, mostBodyBytes } from '../message-size.ts'
import type { ToMaster, ToWorker, WorkerState } from '../messages.ts'
import { partsOf } from './report-parts.ts'

/** The part of a worker's socket that messages pass through. */
export interface MasterLine {
  send(body: Uint8Array): void
  state(state: WorkerState): void
}

/** What a worker is to its master by what it says. */
const states: Partial<Record<ToMaster['type'], WorkerState>> = {
  spawning: 'spawning',
  spawning_complete: 'running',
  client_stopped: 'ready',
}

/** A worker's end of the way to a katydid master. */
export class KatydidMasterLink implements Link<ToMaster, ToWorker> {
  /** The master's clock is so many ms ahead of this process's. */
  clockOffsetMs = 0
  readonly #line: MasterLine
  readonly #mostBytes: number
  readonly #onEvent: (text: string) => void
  readonly #inbox = new Inbox<ToWorker>()

  /** `onEvent` hears what the run is told of, too: who reads the log of a worker is to find it there. */
  constructor(
    line: MasterLine,
    onEvent: (text: string) => void = () => {},
    mostBytes: number = mostBodyBytes.toMaster,
  ) {
    this.#line = line
    this.#onEvent = onEvent
    this.#mostBytes = mostBytes
  }

  /**
   * A report that is too large goes in parts.
   * @throws KatydidError LOAD_FILE where another message is larger than the master takes: it would be sent again for ever
   */
  send(message: ToMaster): void {
    const state = states[message.type]
    if (state) this.#line.state(state)
    if (message.type === 'event') this.#onEvent(message.text)
    const body = pack(message)
    if (message.type === 'stats' && body.length > this.#mostBytes) this.#sendParts(message)
    else {
      checkSize(message.type, body.length, 'toMaster')
      this.#line.send(body)
    }
  }

  #sendParts(report: Extract<ToMaster, { type: 'stats' }>): void {
    const parts = partsOf(report, {
      pack,
      mostBytes: this.#mostBytes,
      onLost: (what) => {
        const text = `a worker could not report everything that it measured: ${what} is larger than the limit of a message (${formatBytes(this.#mostBytes)})`
        this.send({ type: 'event', kind: 'message_failed', text })
      },
    })
    for (const body of parts) this.#line.send(body)
  }

  receive(handler: (message: ToWorker) => void): void {
    this.#inbox.receive((message) => handler(this.#inOwnTime(message)))
  }

  closed(handler: (reason: string) => void): void {
    this.#inbox.closed(handler)
  }

  /** The worker has left; the line is its owner's to close. */
  close(): void {
    this.#inbox.close('left')
  }

  /** Takes a message of the master's. */
  take(message: ToWorker): void {
    this.#inbox.take(message)
  }

  /** The run's first moment by this process's clock, as far as the offset is known when the message is handled. */
  #inOwnTime(message: ToWorker): ToWorker {
    if (message.type !== 'start') return message
    return { ...message, startedAtEpochMs: message.startedAtEpochMs - this.clockOffsetMs }
  }
}
