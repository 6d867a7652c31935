import { maxWindows } from '../../stats/series-window.ts'
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

/** A run of any length in as many stretches as its series have windows: when they do not suffice, they are twice as wide. */
export class StretchRecord {
  #width = 1
  #stretches = new Map<number, Stretch>()

  add({ second, durationMs, userCount, arrivals, health }: RunInterval): void {
    while (second >= this.#width * maxWindows) this.#widen()
    const samples = Object.values(health)
    this.#merge({
      from: second,
      until: second + 1,
      seconds: durationMs / 1_000,
      userSeconds: (userCount * durationMs) / 1_000,
      ...(arrivals ? { arrivals: { ...arrivals } } : {}),
      cpuPercentMax: Math.max(0, ...samples.map(({ cpuPercent }) => cpuPercent)),
      loopDelayMaxMs: Math.max(0, ...samples.map(({ loopDelayMaxMs }) => loopDelayMaxMs)),
      saturated: samples.filter(({ saturated }) => saturated).length,
    })
  }

  list(): Stretch[] {
    return [...this.#stretches.values()].sort((a, b) => a.from - b.from)
  }

  #merge(more: Stretch): void {
    const index = Math.floor(more.from / this.#width)
    const bounds = { from: index * this.#width, until: (index + 1) * this.#width }
    const known = this.#stretches.get(index)
    this.#stretches.set(index, { ...(known ? merged(known, more) : more), ...bounds })
  }

  #widen(): void {
    const narrow = this.list()
    this.#width *= 2
    this.#stretches = new Map()
    for (const stretch of narrow) this.#merge(stretch)
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
