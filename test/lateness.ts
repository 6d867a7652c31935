import { monitorEventLoopDelay } from 'node:perf_hooks'

const everyMs = 10

/**
 * How late this machine is with what is due, from now on: what a test says about moments can hold no better than that. A test that waits
 * has nothing else to do, so that its own timers are late only where the machine is busy.
 */
export class Lateness {
  readonly #delays = monitorEventLoopDelay({ resolution: everyMs })

  constructor() {
    this.#delays.enable()
  }

  /** The most so far, ms. Three processes take part in what is measured: each may be so late. */
  get ms(): number {
    return 3 * Math.max(0, this.#delays.max / 1e6 - everyMs)
  }
}
