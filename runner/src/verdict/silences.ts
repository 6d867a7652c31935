import type { Aggregate } from '../stats/aggregate.ts'
import type { RunInterval, StatsDelta } from '../stats/snapshot.ts'
import { overdueMs, patienceMs } from './unanswered.ts'

/** A name of which nothing is answered while requests wait for it, or wait until they time out. */
interface Silence {
  sinceMs: number
  timedOut: number
}

const none: Silence = { sinceMs: Number.POSITIVE_INFINITY, timedOut: 0 }

/** Of the run's time: a shorter silence that was over in time is what `fail_ratio` says of it. */
const shownShare = 0.01

/** Failures that are no answer, by `method\nname`. */
export function timeoutsOf({ errors }: Pick<StatsDelta, 'errors'>): Map<string, number> {
  const found = new Map<string, number>()
  for (const { method, name, kind, occurrences } of errors) {
    if (kind !== 'timeout') continue
    const key = `${method}\n${name}`
    found.set(key, (found.get(key) ?? 0) + occurrences)
  }
  return found
}

/**
 * Requests that timed out, one after another, in a stretch in which nothing of their name was answered. Each alone is a failure; a fast target
 * has answered so many before that they are a small share of all.
 */
export class Silences {
  readonly #open = new Map<string, Silence>()
  #past = none
  #longestMs = 0

  /** The next second, with those requests of it that are looked at; which of them timed out in a silence. */
  add({ second, durationMs, stats, waiting = [] }: RunInterval, all: Aggregate): Silence {
    const startMs = second * 1_000
    const endMs = startMs + durationMs
    const timeouts = timeoutsOf(stats)
    const answering = new Set<string>()
    for (const { method, name, ok, failed } of stats.requests) {
      const key = `${method}\n${name}`
      if (ok.count + failed.count > (timeouts.get(key) ?? 0)) answering.add(key)
    }
    // what the end of the run gives up has waited until then
    const givenUp = stats.requests.filter(({ unanswered }) => unanswered)
    const silent = new Set([
      ...timeouts.keys(),
      ...[...waiting, ...givenUp].map(({ method, name }) => `${method}\n${name}`),
    ])
    // no time passes while what is left at the end is taken in
    const isOver = (key: string) => answering.has(key) || (durationMs > 0 && !silent.has(key))
    for (const [key, silence] of this.#open) if (isOver(key)) this.#end(key, silence, startMs)
    let now = none
    for (const key of silent) {
      if (answering.has(key)) continue
      let silence = this.#open.get(key)
      if (!silence) this.#open.set(key, (silence = { sinceMs: startMs, timedOut: 0 }))
      const at = key.indexOf('\n')
      if (endMs - silence.sinceMs < overdueMs(patienceMs(endMs), all.request(key.slice(0, at), key.slice(at + 1))))
        continue
      const timedOut = timeouts.get(key) ?? 0
      silence.timedOut += timedOut
      now = both(now, { sinceMs: silence.sinceMs, timedOut })
    }
    return now
  }

  /** Of silences that last, and of past ones that were more than a moment of the run. */
  timedOut(elapsedMs: number): Silence {
    const found = [...this.#open.values(), ...(this.#longestMs > elapsedMs * shownShare ? [this.#past] : [])]
    return found.reduce(both, none)
  }

  #end(key: string, silence: Silence, nowMs: number): void {
    this.#open.delete(key)
    if (silence.timedOut === 0) return
    this.#past = both(this.#past, silence)
    this.#longestMs = Math.max(this.#longestMs, nowMs - silence.sinceMs)
  }
}

function both(a: Silence, b: Silence): Silence {
  if (b.timedOut === 0) return a
  return { sinceMs: Math.min(a.sinceMs, b.sinceMs), timedOut: a.timedOut + b.timedOut }
}
