import type { RunStart } from '../../facts/run.ts'
import type { RunEvent } from '../../facts/run-event.ts'
import type { Redact } from '../../redact.ts'
import { formatCount } from '../../stats/format.ts'
import type { RunInterval } from '../../stats/snapshot.ts'
import { RecentIntervals } from '../recent.ts'
import { clockOf, eventLine, recentFigures, usersOf } from './run-figures.ts'
import { RunView } from './run-view.ts'
import { printable } from './text-width.ts'

/** Seconds between lines: the longer a run has gone on, the fewer, so that a log of a week stays readable. */
function lineEverySeconds(second: number): number {
  if (second < 600) return 5
  return second < 7_200 ? 30 : 300
}

/** The longest stretch between two lines. */
const mostSeconds = 300

/** A run as lines of a log: one every few seconds, with the figures since the line before, and one for each event. */
export class PlainConsole {
  readonly #print: (line: string) => void
  readonly #redact: Redact
  #view: RunView | undefined

  constructor(print: (line: string) => void, redact: Redact) {
    this.#print = print
    this.#redact = redact
  }

  start(run: RunStart): void {
    this.#view = new RunView(run, this.#redact, new RecentIntervals(mostSeconds))
    this.#print(printable(this.#view.title))
    this.#print(`a line every ${lineEverySeconds(0)} s, with the numbers since the last line`)
  }

  interval(interval: RunInterval): void {
    const view = this.#view
    if (!view) return
    view.add(interval)
    const second = interval.second + 1
    if (second % lineEverySeconds(second) !== 0) return
    const parts = [
      clockOf(second * 1_000, view.durationMs),
      usersOf(view),
      ...recentFigures(view.recent.total()),
      ...(view.dropped > 0 ? [`dropped ${formatCount(view.dropped)}`] : []),
      ...(view.saturated ? ['generator saturated'] : []),
    ]
    this.#print(parts.join('  '))
    view.recent.clear()
  }

  event(event: RunEvent): void {
    this.#print(eventLine(event, this.#redact))
  }

  close(): void {}
}
