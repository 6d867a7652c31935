import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks'
import type { HealthSample } from '../stats/snapshot.ts'
import { StallWatch } from './stall-watch.ts'

const resolutionMs = 10
/**
 * When an interval's latencies are no longer the target's: an event loop with hardly an idle moment delays every answer by the work
 * that stands before it, and one long block delays all that fall into it. Locust warns at 90 % CPU and leaves it at that.
 */
const saturatedUtilization = 0.95
const saturatedMeanDelayMs = 20
const saturatedMaxDelayMs = 250
/** A stretch too short to tell a busy moment from a busy generator: what is left of a second when a run ends. */
const judgedFromMs = 500

/** Watches this process: event-loop delay, CPU, garbage collection, memory. */
export class HealthMonitor {
  readonly #stalls = new StallWatch()
  readonly #delay = monitorEventLoopDelay({ resolution: resolutionMs })
  readonly #gc = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) this.#gcMs += entry.duration
  })
  #gcMs = 0
  #cpu = process.cpuUsage()
  #loop = performance.eventLoopUtilization()
  #at = performance.now()

  start(): void {
    this.#delay.enable()
    this.#stalls.start()
    this.#gc.observe({ entryTypes: ['gc'] })
    this.take()
  }

  stop(): void {
    this.#delay.disable()
    this.#stalls.stop()
    this.#gc.disconnect()
  }

  /** The interval since the last call. */
  take(): HealthSample {
    const now = performance.now()
    const elapsedMs = Math.max(1, now - this.#at)
    const cpu = process.cpuUsage(this.#cpu)
    const utilization = performance.eventLoopUtilization(this.#loop).utilization
    const stalls = this.#stalls.take()
    const samples = this.#delay.count
    const loopDelayMeanMs = samples === 0 ? 0 : Math.max(0, this.#delay.mean / 1e6 - resolutionMs)
    // a loop that was blocked all the time gave the monitor nothing to count
    const loopDelayMaxMs =
      samples === 0 && elapsedMs >= judgedFromMs
        ? elapsedMs
        : Math.max(0, this.#delay.max / 1e6 - resolutionMs, stalls.stalledMs)
    const sample = {
      loopDelayMeanMs,
      loopDelayMaxMs,
      cpuPercent: ((cpu.user + cpu.system) / 1_000 / elapsedMs) * 100,
      gcMs: this.#gcMs,
      rssBytes: process.memoryUsage.rss(),
      saturated:
        elapsedMs >= judgedFromMs &&
        (utilization >= saturatedUtilization ||
          loopDelayMeanMs >= saturatedMeanDelayMs ||
          loopDelayMaxMs >= saturatedMaxDelayMs),
      ...(stalls.stalledMs > 0 ? { stalledMs: stalls.stalledMs, stoppedMs: stalls.stoppedMs } : {}),
      ...(stalls.pausedMs > 0 ? { pausedMs: stalls.pausedMs } : {}),
    }
    this.#gcMs = 0
    this.#cpu = process.cpuUsage()
    this.#loop = performance.eventLoopUtilization()
    this.#at = now
    this.#delay.reset()
    return sample
  }
}
