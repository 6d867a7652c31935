import type { HealthReport } from '../../facts/run.ts'
import { healthSeconds } from '../../stats/health-seconds.ts'
import type { HealthSample } from '../../stats/snapshot.ts'

/** The generator's health over the whole run and all workers. */
export class HealthSummary {
  #samples = 0
  #intervals = 0
  #saturated = 0
  #loopDelayMaxMs = 0
  #loopDelaySumMs = 0
  #cpuMax = 0
  #cpuSum = 0
  #gcMs = 0
  #rssMax = 0

  add(health: HealthSample): void {
    const seconds = healthSeconds(health)
    this.#samples++
    this.#intervals += seconds.intervals
    this.#saturated += seconds.saturated
    this.#loopDelayMaxMs = Math.max(this.#loopDelayMaxMs, health.loopDelayMaxMs)
    this.#loopDelaySumMs += health.loopDelayMeanMs
    this.#cpuMax = Math.max(this.#cpuMax, health.cpuPercent)
    this.#cpuSum += health.cpuPercent
    this.#gcMs += health.gcMs
    this.#rssMax = Math.max(this.#rssMax, health.rssBytes)
  }

  report(): HealthReport {
    const samples = Math.max(1, this.#samples)
    return {
      intervals: this.#intervals,
      saturatedIntervals: this.#saturated,
      loopDelayMaxMs: this.#loopDelayMaxMs,
      loopDelayMeanMs: this.#loopDelaySumMs / samples,
      cpuPercentMax: this.#cpuMax,
      cpuPercentMean: this.#cpuSum / samples,
      gcMs: this.#gcMs,
      rssBytesMax: this.#rssMax,
    }
  }
}
