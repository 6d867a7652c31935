import type { Environment } from '../environment/environment.ts'
import { events } from '../hooks/events.ts'
import type { HealthSample } from '../stats/snapshot.ts'

/** Tells the load file's listeners how busy this process is: each interval, and once for each stretch in which it is too busy. */
export class UsageEvents {
  readonly #environment: Environment
  #saturated = false

  constructor(environment: Environment) {
    this.#environment = environment
  }

  tell({ cpuPercent, rssBytes, saturated }: HealthSample): void {
    const usage = { environment: this.#environment, cpuPercent, rssBytes }
    events.usageMonitor.fire(usage)
    if (saturated && !this.#saturated) events.cpuWarning.fire(usage)
    this.#saturated = saturated
  }
}
