import type { WorkerInterval } from '../../stats/snapshot.ts'
import { totalUsers } from '../../stats/user-counts.ts'
import type { RanStretch } from './load-delivery.ts'

const secondMs = 1_000
/** A worker's first interval begins where it is told of the run, and an interval ends where its timer fires: so much does not matter. */
const unevenMs = 300

/** What a worker ran, from what it reports. */
export class RanStretches {
  /** A Locust worker: its seconds are made by the master, while it is heard. */
  readonly #isLocust: boolean
  #untilMs: number | undefined
  #users = 0
  #untold: RanStretch[] = []
  #allToldMs = 0
  readonly #active = new ActiveSeconds()
  /** What of the newest silence is believed; a report that was on its way may still prove more of it. */
  #believed: { silences: RanStretch[]; share: number } | undefined

  constructor({ isLocust }: { isLocust: boolean }) {
    this.#isLocust = isLocust
  }

  interval({ second, durationMs, users, left, health }: WorkerInterval): RanStretch[] {
    const before = this.#untilMs ?? second * secondMs
    // one interval follows the other, also where the one before it took longer than its second
    const fromMs = Math.max(second * secondMs, before)
    const usersBefore = this.#users
    const isNext = fromMs - before < secondMs
    const untilMs = evened(fromMs + durationMs)
    this.#users = totalUsers(users)
    this.#untilMs = untilMs
    if (this.#isLocust && !isNext) {
      const most = Math.max(usersBefore, this.#users)
      this.#untold.push({ fromMs: before, durationMs: fromMs - before, users: most })
    }
    const ran = {
      ...{ fromMs, durationMs: untilMs - fromMs, users: this.#users },
      ...(isNext ? { usersBefore } : {}),
      ...(left ? { left } : {}),
      ...(health?.stoppedMs ? { stoppedMs: health.stoppedMs } : {}),
      ...(health?.pausedMs ? { pausedMs: health.pausedMs } : {}),
    }
    return this.#allToldMs >= fromMs ? [...this.#takeUntold(), ran] : [ran]
  }

  /** A report of a Locust worker: of all the time since the one before it, also of seconds in which it was not heard. */
  all(nowMs: number, activeSeconds?: number): RanStretch[] {
    const isOneOfSeveral = this.#users > 0 && this.#active.report(nowMs - this.#allToldMs, activeSeconds)
    this.#allToldMs = nowMs
    if (this.#untold.length > 0) return this.#takeUntold()
    return isOneOfSeveral ? this.#believeMore() : []
  }

  #takeUntold(): RanStretch[] {
    const untold = this.#untold
    this.#untold = []
    const share = this.#active.shareOf(lengthOf(untold))
    this.#believed = { silences: untold, share }
    return share === 1 ? untold : untold.map((it) => ({ ...it, stoppedMs: it.durationMs * (1 - share) }))
  }

  #believeMore(): RanStretch[] {
    if (!this.#believed || this.#believed.share === 1) return []
    const { silences, share: before } = this.#believed
    const share = this.#active.shareOf(lengthOf(silences))
    if (share <= before) return []
    this.#believed.share = share
    return silences.map(({ fromMs, durationMs, users }) => {
      return { fromMs: fromMs + durationMs * before, durationMs: durationMs * (share - before), users }
    })
  }
}

function lengthOf(stretches: readonly RanStretch[]): number {
  return stretches.reduce((sum, { durationMs }) => sum + durationMs, 0)
}

function evened(untilMs: number): number {
  const secondEnds = Math.ceil(untilMs / secondMs) * secondMs
  return secondEnds - untilMs <= unevenMs ? secondEnds : untilMs
}

/** A report of Locust's comes every 3 s; one of a longer time is of a silence. */
const usualMs = 4_500
/** After a silence those that were on their way come one after the other. */
const burstMs = 1_500
/** Less than that, and a second without a request is nothing unusual. */
const leastDensity = 0.3
/** Seconds do not begin with reports. */
const enough = 0.7

/**
 * Whether a worker of Locust ran while it was silent. Cut off, it went on, and what it reports afterwards has requests in those seconds as in
 * all others; stopped, it has none. It says in how many seconds requests ended.
 */
class ActiveSeconds {
  #usualSeconds = 0
  #usualActive = 0
  #newest: { coveredMs: number; active: number | undefined } = { coveredMs: 0, active: undefined }

  /** A report about so much time. True where it is one of several that come at once, and are taken together. */
  report(coveredMs: number, active: number | undefined): boolean {
    if (coveredMs < burstMs && active !== undefined) {
      const { coveredMs: before, active: activeBefore = 0 } = this.#newest
      this.#newest = { coveredMs: before + coveredMs, active: activeBefore + active }
      return true
    }
    this.#newest = { coveredMs, active }
    if (active === undefined || coveredMs > usualMs) return false
    this.#usualSeconds += coveredMs / 1_000
    this.#usualActive += Math.min(active, coveredMs / 1_000)
    return false
  }

  /** How much of a silence of so long, within the newest reports, it has run: 0 to 1. */
  shareOf(silentMs: number): number {
    const { coveredMs, active } = this.#newest
    const density = this.#usualSeconds > 0 ? this.#usualActive / this.#usualSeconds : 1
    if (active === undefined || density < leastDensity || silentMs <= 0) return 1
    const heardSeconds = Math.max(0, coveredMs - silentMs) / 1_000
    const share = (active - density * heardSeconds) / ((density * silentMs) / 1_000)
    return share >= enough ? 1 : Math.max(0, share)
  }
}
