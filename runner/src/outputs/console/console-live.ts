import type { RunStart } from '../../facts/run.ts'
import type { RunEvent } from '../../facts/run-event.ts'
import type { Redact } from '../../redact.ts'
import type { RunInterval } from '../../stats/snapshot.ts'
import { type Canvas, liveTable } from './console-table.ts'
import { LiveRegion } from './live-region.ts'
import { RunView } from './run-view.ts'
import type { OutputStreams } from './text-stream.ts'

/** What tells the time and calls every second; tests have one of their own. */
export interface Ticker {
  now(): number
  /** Returns how to end it. */
  every(ms: number, call: () => void): () => void
}

/** A run on a terminal: a table redrawn in place once a second, also while no report comes in. */
export class LiveConsole {
  readonly #streams: OutputStreams
  readonly #region: LiveRegion
  readonly #ticker: Ticker
  readonly #canvas: Pick<Canvas, 'style' | 'unicode'>
  readonly #redact: Redact
  readonly #draw = () => this.#redraw()
  #stopTicking: (() => void) | undefined
  #startedAt = 0
  #view: RunView | undefined

  constructor(
    streams: OutputStreams,
    redact: Redact,
    canvas: Pick<Canvas, 'style' | 'unicode'>,
    ticker: Ticker = realTicker,
  ) {
    this.#streams = streams
    this.#redact = redact
    this.#canvas = canvas
    this.#ticker = ticker
    this.#region = new LiveRegion(streams.stdout, streams.stderr)
  }

  start(run: RunStart): void {
    this.#view = new RunView(run, this.#redact)
    this.#startedAt = this.#ticker.now()
    this.#region.open()
    this.#stopTicking = this.#ticker.every(1_000, this.#draw)
    this.#streams.stdout.on?.('resize', this.#draw)
    this.#redraw()
  }

  interval(interval: RunInterval): void {
    this.#view?.add(interval)
  }

  event(event: RunEvent): void {
    this.#view?.event(event)
  }

  close(): void {
    this.#stopTicking?.()
    this.#streams.stdout.off?.('resize', this.#draw)
    this.#region.close()
  }

  #redraw(): void {
    if (!this.#view) return
    const { columns, rows } = this.#streams.stdout
    const canvas = { ...this.#canvas, columns: columns || 80, rows: rows || 24 }
    const elapsedMs = this.#ticker.now() - this.#startedAt
    this.#region.draw(liveTable(this.#view, elapsedMs, canvas))
  }
}

const realTicker: Ticker = {
  now: () => performance.now(),
  every(ms, call) {
    const timer = setInterval(call, ms)
    timer.unref()
    return () => clearInterval(timer)
  },
}
