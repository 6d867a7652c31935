import type { EventKind } from '../../facts/run-event.ts'
import type { Aggregate } from '../../stats/aggregate.ts'
import { formatItems, formatSpan } from '../../stats/format.ts'
import type { RunInterval, WaitingState } from '../../stats/snapshot.ts'
import { timeoutsOf } from '../../verdict/silences.ts'
import { overdueMs } from '../../verdict/unanswered.ts'

/** If requests wait and none is answered for so long, the target has stopped answering. */
const silenceMs = 5_000
/** An interval that is longer than this means that the generator stood still and did not look for answers. */
const longestLookMs = 1_500
/** So many events about single names are told. Events about the whole target are always told. */
const mostNameEvents = 200

/** Since when there was no answer, for one name or for all. */
interface Silence {
  answeredMs: number
  /** It has answered at least once. */
  answered: boolean
  stopped: boolean
}

/** Notices when the target, or one request name, stops answering while requests wait, and when it answers again. */
export class AnswerWatch {
  readonly #tell: (kind: EventKind, text: string) => void
  readonly #names = new Map<string, Silence>()
  readonly #target: Silence = { answeredMs: 0, answered: false, stopped: false }
  /** Time of the run in which the generator looked. */
  #lookedMs = 0
  #nameEvents = 0

  constructor(tell: (kind: EventKind, text: string) => void) {
    this.#tell = tell
  }

  /** Takes the next second. `all` is everything measured until its end. */
  add({ durationMs, stats, waiting = [] }: RunInterval, all: Aggregate): void {
    this.#lookedMs += Math.min(durationMs, longestLookMs)
    const nowMs = this.#lookedMs
    let answered = false
    const timeouts = timeoutsOf(stats)
    for (const { method, name, ok, failed } of stats.requests) {
      if (ok.count + failed.count <= (timeouts.get(`${method}\n${name}`) ?? 0)) continue
      answered = true
      this.#answer(`${method} ${name}`, nowMs)
    }
    if (answered) this.#goOn(this.#target, 'the target', nowMs)
    this.#rest(waiting, timeouts, nowMs)
    const overdue = waiting.filter(
      ({ method, name, ages }) =>
        timeouts.has(`${method}\n${name}`) || ages.max >= overdueMs(silenceMs, all.request(method, name)),
    )
    if (overdue.length === 0) return
    if (this.#isSilent(this.#target, nowMs)) this.#stop(this.#target, 'the target', waiting, nowMs)
    for (const state of overdue) this.#lookAt(state, nowMs)
  }

  /** Names for which no request waits are not silent. */
  #rest(waiting: readonly WaitingState[], timeouts: ReadonlyMap<string, number>, nowMs: number): void {
    const busy = new Set(waiting.map(({ method, name }) => `${method} ${name}`))
    for (const key of timeouts.keys()) busy.add(key.replace('\n', ' '))
    for (const [name, silence] of this.#names) if (!silence.stopped && !busy.has(name)) silence.answeredMs = nowMs
    if (!this.#target.stopped && busy.size === 0) this.#target.answeredMs = nowMs
  }

  #answer(name: string, nowMs: number): void {
    const silence = this.#names.get(name)
    if (!silence) {
      this.#names.set(name, { answeredMs: nowMs, answered: true, stopped: false })
      return
    }
    // the event about the whole target says it already
    this.#goOn(silence, name, nowMs, this.#target.stopped || (silence.stopped && !this.#mayTell()))
  }

  #goOn(silence: Silence, who: string, nowMs: number, quietly = false): void {
    const { stopped, answered, answeredMs } = silence
    silence.answeredMs = nowMs
    silence.answered = true
    silence.stopped = false
    if (stopped && !quietly)
      this.#tell(
        'answers_resumed',
        `${who} answers${answered ? ' again' : ''}, after ${formatSpan(nowMs - answeredMs)}`,
      )
  }

  #lookAt(state: WaitingState, nowMs: number): void {
    const name = `${state.method} ${state.name}`
    let silence = this.#names.get(name)
    if (!silence) this.#names.set(name, (silence = { answeredMs: 0, answered: false, stopped: false }))
    if (!this.#isSilent(silence, nowMs)) return
    this.#stop(silence, name, [state], nowMs, this.#target.stopped || !this.#mayTell())
  }

  #isSilent({ answeredMs, stopped }: Silence, nowMs: number): boolean {
    return !stopped && nowMs - answeredMs >= silenceMs
  }

  #stop(silence: Silence, who: string, waiting: readonly WaitingState[], nowMs: number, quietly = false): void {
    silence.stopped = true
    if (quietly) return
    const count = waiting.reduce((sum, { ages }) => sum + ages.count, 0)
    const oldestMs = Math.max(...waiting.map(({ ages }) => ages.max))
    const silentMs = nowMs - silence.answeredMs
    this.#tell(
      'answers_stopped',
      `${who} ${silence.answered ? 'stopped answering' : 'has not answered yet'}: no answer for ${formatSpan(silentMs)}, and ${formatItems(count, 'request')} without one, the oldest for ${formatSpan(oldestMs)}`,
    )
  }

  #mayTell(): boolean {
    return this.#nameEvents++ < mostNameEvents
  }
}
