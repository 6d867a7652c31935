import { healthSeconds } from '../../stats/health-seconds.ts'
import type { HealthSample } from '../../stats/snapshot.ts'

/** How the generator itself does: since the start, and in the newest second over all workers. A label for each would grow with every one that comes. */
export class GeneratorCounters {
  intervals = 0
  saturatedIntervals = 0
  gcMs = 0
  loopDelayMeanMs = 0
  loopDelayMaxMs = 0
  cpuPercentMax = 0
  rssBytesMax = 0

  add(samples: readonly HealthSample[]): void {
    if (samples.length === 0) return
    const most = (of: (sample: HealthSample) => number) => samples.reduce((max, sample) => Math.max(max, of(sample)), 0)
    for (const sample of samples) {
      const { intervals, saturated } = healthSeconds(sample)
      this.intervals += intervals
      this.saturatedIntervals += saturated
      this.gcMs += sample.gcMs
    }
    this.loopDelayMeanMs = samples.reduce((sum, sample) => sum + sample.loopDelayMeanMs, 0) / samples.length
    this.loopDelayMaxMs = most((sample) => sample.loopDelayMaxMs)
    this.cpuPercentMax = most((sample) => sample.cpuPercent)
    this.rssBytesMax = most((sample) => sample.rssBytes)
  }
}
