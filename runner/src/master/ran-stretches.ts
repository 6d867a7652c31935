import type { WorkerInterval } from '../stats/snapshot.ts'
import { totalUsers } from '../stats/user-counts.ts'
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
    }
    return this.#allToldMs >= fromMs ? [...this.#takeUntold(), ran] : [ran]
  }

  /** A report of a Locust worker: of all the time since the one before it, also of seconds in which it was not heard. */
  all(nowMs: number): RanStretch[] {
    this.#allToldMs = nowMs
    return this.#takeUntold()
  }

  #takeUntold(): RanStretch[] {
    const untold = this.#untold
    this.#untold = []
    return untold
  }
}

function evened(untilMs: number): number {
  const secondEnds = Math.ceil(untilMs / secondMs) * secondMs
  return secondEnds - untilMs <= unevenMs ? secondEnds : untilMs
}
