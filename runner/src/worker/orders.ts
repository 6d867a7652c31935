import type { RunClock } from '../stats/run-clock.ts'
import type { Target } from '../transport/messages.ts'
import type { Load } from './load.ts'
import type { Reporter } from './reporter.ts'
import type { WorkerOptions } from './worker-options.ts'

export interface OrdersOptions {
  clock: RunClock
  link: Pick<WorkerOptions['link'], 'send'>
  load: Pick<Load, 'apply' | 'suspend' | 'settled' | 'counts'>
  reporter: Pick<Reporter, 'applying' | 'applied' | 'settled'>
}

const settleCheckMs = 20

/** What the master has ordered: the newest target is what counts, as long as the master is heard and until the end. */
export class Orders {
  readonly #options: OrdersOptions
  #target: Target | undefined
  #ended = false

  constructor(options: OrdersOptions) {
    this.#options = options
  }

  apply(target: Target): void {
    if (target.timestamp <= this.#newest || this.#ended) return
    const { link, load, reporter } = this.#options
    this.#target = target
    reporter.applying()
    link.send({ type: 'spawning' })
    load.apply(target)
    reporter.applied()
    this.#sayWhenSettled(target)
  }

  /** The master has not been heard for as long as its orders are good for: users end, until it is there again and orders anew. */
  suspend(): void {
    if (this.#ended || !this.#target) return
    const { clock, link, load } = this.#options
    link.send({ type: 'suspended', newest: this.#newest, atMs: clock.elapsedMs })
    load.suspend()
    this.#sayWhenSettled(this.#target)
  }

  /** For a master that does not order anew what it has ordered once: Locust's. */
  resume(): void {
    if (!this.#target || this.#ended) return
    this.#options.load.apply(this.#target)
    this.#sayWhenSettled(this.#target)
  }

  /** From now on none is followed. */
  end(): void {
    this.#ended = true
  }

  get #newest(): number {
    return this.#target?.timestamp ?? 0
  }

  /** The newest target is the one that can be complete. */
  #sayWhenSettled(target: Target): void {
    if (target.timestamp !== this.#newest) return
    const { link, load, reporter } = this.#options
    if (load.settled) {
      reporter.settled()
      link.send({ type: 'spawning_complete', users: load.counts(), of: target.timestamp })
    } else setTimeout(() => this.#sayWhenSettled(target), settleCheckMs)
  }
}
