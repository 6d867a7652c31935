import { uptime } from 'node:os'

/** What the watch reads; tests give their own. */
export interface StallClocks {
  /** ms; stands still while the machine is asleep. */
  now(): number
  /** ms; goes on while the machine is asleep. */
  awakeOrAsleep(): number
  /** ms of CPU that this process has used. */
  cpu(): number
}

export interface Stalls {
  /** ms in which the event loop did not turn, in stretches of a second or more. */
  stalledMs: number
  /** Of these, ms in which the process did not even use CPU: it was stopped, or its machine slept or gave it no time. */
  stoppedMs: number
  /** ms in which the process used no CPU, in stretches of 250 ms to a second. */
  pausedMs: number
}

const beatMs = 100
const stallMs = 1_000
/** A busy machine makes a timer late by less. */
const pauseMs = 250
/** A process that shares the CPU with others gets some of it, and is only slow. */
const pausedShare = 0.75
/** Some systems know their uptime in whole seconds only. */
const sleepMs = 2_000

/**
 * Notices when this process stands still. Neither a stopped process nor a sleeping machine tells so: timers are late afterwards, or not
 * even that, since the clock that drives them slept, too.
 */
export class StallWatch {
  readonly #clocks: StallClocks
  #timer: NodeJS.Timeout | undefined
  #turnedAt = 0
  #cpuAt = 0
  /** How far the clock that goes on is ahead of the other one, as far as that has been told. */
  #aheadMs = 0
  #stalls: Stalls = { stalledMs: 0, stoppedMs: 0, pausedMs: 0 }

  constructor(clocks: StallClocks = realClocks) {
    this.#clocks = clocks
  }

  start(): void {
    const { now, awakeOrAsleep, cpu } = this.#clocks
    this.#turnedAt = now()
    this.#cpuAt = cpu()
    this.#aheadMs = awakeOrAsleep() - this.#turnedAt
    this.#timer = setInterval(() => this.turned(), beatMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** The event loop turns. */
  turned(): void {
    const now = this.#clocks.now()
    const cpu = this.#clocks.cpu()
    const stalledMs = now - this.#turnedAt
    const idleMs = Math.max(0, stalledMs - (cpu - this.#cpuAt))
    if (stalledMs >= stallMs) {
      this.#stalls.stalledMs += stalledMs
      this.#stalls.stoppedMs += idleMs
    } else if (idleMs - beatMs >= pauseMs && idleMs >= stalledMs * pausedShare) this.#stalls.pausedMs += idleMs - beatMs
    this.#turnedAt = now
    this.#cpuAt = cpu
  }

  /** Since the last call. */
  take(): Stalls {
    this.turned() // this may be the first that runs after a stall
    const asleepMs = this.#clocks.awakeOrAsleep() - this.#turnedAt - this.#aheadMs
    const stalls = this.#stalls
    this.#stalls = { stalledMs: 0, stoppedMs: 0, pausedMs: 0 }
    if (asleepMs < sleepMs) return stalls
    this.#aheadMs += asleepMs
    return { ...stalls, stalledMs: stalls.stalledMs + asleepMs, stoppedMs: stalls.stoppedMs + asleepMs }
  }
}

const realClocks: StallClocks = {
  now: () => performance.now(),
  awakeOrAsleep: () => uptime() * 1_000,
  cpu: () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1_000
  },
}
