import type { WorkerInterval } from '../../stats/snapshot.ts'
import { totalUsers } from '../../stats/user-counts.ts'
import type { RanStretch } from './load-delivery.ts'

const secondMs = 1_000
/** Intervals begin and end a little late: the first when the start message arrives, the others when a timer fires. Differences up to this are ignored. */
const unevenMs = 300

/** Turns a worker's reports into the stretches that it ran. */
export class RanStretches {
  /** For a Locust worker the master makes an interval of each second in which it is heard. */
  readonly #isLocust: boolean
  #untilMs: number | undefined
  #users = 0
  #untold: RanStretch[] = []
  #allToldMs = 0
  readonly #active = new ActiveSeconds()
  /** How much of the newest silence counts as run. A report that was under way may prove more of it. */
  #believed: { silences: RanStretch[]; share: number } | undefined

  constructor({ isLocust }: { isLocust: boolean }) {
    this.#isLocust = isLocust
  }

  interval({ second, durationMs, users, left, health }: WorkerInterval): RanStretch[] {
    const before = this.#untilMs ?? second * secondMs
    // an interval begins where the one before ended, even if that took longer than its second
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

  /** A Locust worker's report is about all the time since the one before, including seconds in which it was not heard. */
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

/** Locust's workers report every 3 s. A report about more time than this includes a silence. */
const usualMs = 4_500
/** Reports that were delayed by a silence come at short intervals. */
const burstMs = 1_500
/** Below this share of seconds with requests, a second without a request means nothing. */
const leastDensity = 0.3
/** From this share on the worker counts as having run: reports do not begin at full seconds. */
const enough = 0.7

/**
 * Decides whether a Locust worker ran while it was silent. If only its connection was cut, its next report has requests in the silent seconds
 * as in all others; if it was stopped, it has none. A report says in how many seconds requests ended.
 */
class ActiveSeconds {
  #usualSeconds = 0
  #usualActive = 0
  #newest: { coveredMs: number; active: number | undefined } = { coveredMs: 0, active: undefined }

  /** Notes a report about so much time. True if it is one of several that came at once and count together. */
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

  /** Which share of a silence of so many ms, within the newest reports, the worker ran: 0 to 1. */
  shareOf(silentMs: number): number {
    const { coveredMs, active } = this.#newest
    const density = this.#usualSeconds > 0 ? this.#usualActive / this.#usualSeconds : 1
    if (active === undefined || density < leastDensity || silentMs <= 0) return 1
    const heardSeconds = Math.max(0, coveredMs - silentMs) / 1_000
    const share = (active - density * heardSeconds) / ((density * silentMs) / 1_000)
    return share >= enough ? 1 : Math.max(0, share)
  }
}
