import { healthSeconds } from '../../stats/health-seconds.ts'
import { WideningWindows } from '../../stats/series/widening-windows.ts'
import type { RunInterval } from '../../stats/snapshot.ts'

/** Users, arrivals and the generator in a part of the run, in seconds since its start. */
export interface Stretch {
  from: number
  until: number
  /** How much of it there is a report of. */
  seconds: number
  userSeconds: number
  /** Open model only. */
  arrivals?: { offered: number; started: number; dropped: number }
  /** Of the busiest worker. */
  cpuPercentMax: number
  loopDelayMaxMs: number
  /** Intervals in which a worker was too busy to be trusted. */
  saturated: number
}

/** What a page shows of users, arrivals and the generator over time. */
export class StretchRecord {
  readonly #windows = new WideningWindows<Stretch>(merged)

  add({ second, durationMs, userCount, arrivals, health }: RunInterval): void {
    const samples = Object.values(health)
    this.#windows.add({
      from: second,
      until: second + 1,
      seconds: durationMs / 1_000,
      userSeconds: (userCount * durationMs) / 1_000,
      ...(arrivals ? { arrivals: { ...arrivals } } : {}),
      cpuPercentMax: Math.max(0, ...samples.map(({ cpuPercent }) => cpuPercent)),
      loopDelayMaxMs: Math.max(0, ...samples.map(({ loopDelayMaxMs }) => loopDelayMaxMs)),
      saturated: samples.reduce((sum, sample) => sum + healthSeconds(sample).saturated, 0),
    })
  }

  list(): Stretch[] {
    return this.#windows.list()
  }
}

function merged(a: Stretch, b: Stretch): Stretch {
  const arrivals = (what: 'offered' | 'started' | 'dropped') => (a.arrivals?.[what] ?? 0) + (b.arrivals?.[what] ?? 0)
  return {
    ...a,
    seconds: a.seconds + b.seconds,
    userSeconds: a.userSeconds + b.userSeconds,
    ...(a.arrivals || b.arrivals
      ? { arrivals: { offered: arrivals('offered'), started: arrivals('started'), dropped: arrivals('dropped') } }
      : {}),
    cpuPercentMax: Math.max(a.cpuPercentMax, b.cpuPercentMax),
    loopDelayMaxMs: Math.max(a.loopDelayMaxMs, b.loopDelayMaxMs),
    saturated: a.saturated + b.saturated,
  }
}
