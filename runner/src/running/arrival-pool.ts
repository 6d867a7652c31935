import type { Runtime } from '../environment/environment.ts'
import type { ArrivalsTarget } from '../profile/arrivals-target.ts'
import type { ArrivalCounts } from '../stats/snapshot.ts'
import { TaskTables } from '../tasks/task-tables.ts'
import type { UserClass } from '../tasks/user.ts'
import { ArrivalSchedule } from './arrival-schedule.ts'
import { Breather } from './loop-yield.ts'
import { openUser } from './open-user.ts'
import { Starts } from './starts.ts'
import { retire } from './stop-users.ts'
import { type LoopParts, UserLoop } from './user-loop.ts'

/** How long launching what is overdue may hold up the event loop before answers are looked at. */
const launchSliceMs = 4
const longestSleepMs = 1_000
/** As late as a user of the closed model may be. */
const lateMs = 1_000
/** Later than that it is not started at all: after a long standstill that would be a flood, and no open model. */
const tooLateMs = 4_000

export interface ArrivalPoolOptions {
  runtime: Runtime
  classes: ReadonlyMap<string, UserClass>
  /** ms since the run's first moment, of a clock that never jumps. */
  runClock(): number
  /** Where targets ask for a Poisson process: the same seed, the same moments. */
  poissonSeed?: number | undefined
}

interface Crew {
  readonly name: string
  readonly userClass: UserClass
  readonly free: UserLoop[]
  busy: number
}

/**
 * Open model: starts one task at each moment the profile says, whatever became of the ones before, each on a free user of a
 * class chosen by weight (users are reused; `waitTime` between their tasks and `fixedCount` have no meaning here). Late launches
 * keep their intended start, and are counted. With `maxUsers` busy, or much too late, an arrival is dropped, and counted.
 */
export class ArrivalPool {
  readonly #options: ArrivalPoolOptions
  readonly #schedule: ArrivalSchedule
  readonly #crews: Crew[]
  readonly #turns: WeightedTurns<Crew>
  readonly #alive = new Set<UserLoop>()
  readonly #parts: LoopParts
  /** Due and not yet launched: intended starts, ms of the run. */
  #backlog: number[] = []
  #head = 0
  #maxUsers = 0
  #busy = 0
  #counts: Required<ArrivalCounts> = none()
  #timer: NodeJS.Timeout | undefined
  #launching = false
  #stopped = false

  constructor(options: ArrivalPoolOptions) {
    this.#options = options
    this.#schedule = new ArrivalSchedule(options.poissonSeed)
    this.#crews = [...options.classes].map(([name, userClass]) => ({ name, userClass, free: [], busy: 0 }))
    this.#turns = new WeightedTurns(this.#crews.map((crew) => [crew, crew.userClass.weight]))
    this.#parts = {
      tables: new TaskTables(options.runtime.tags),
      breather: new Breather(),
      starts: new Starts(),
      onEnded: (loop) => this.#alive.delete(loop),
    }
  }

  /** The newest target holds from its beginning on; one that comes late is caught up with. */
  schedule(target: ArrivalsTarget): void {
    if (this.#stopped) return
    this.#maxUsers = target.maxUsers
    this.#schedule.add(target)
    this.#tick()
  }

  /** What became due, was started and was dropped since the last call. */
  take(): ArrivalCounts {
    if (!this.#stopped) {
      this.#collect()
      this.#parts.starts.overdue(this.#options.runClock())
    }
    const { late, failed, ...counts } = this.#counts
    this.#counts = none()
    return { ...counts, ...(late > 0 ? { late } : {}), ...(failed > 0 ? { failed } : {}) }
  }

  /** Users in a task, by class. */
  counts(): Record<string, number> {
    return Object.fromEntries(this.#crews.map(({ name, busy }) => [name, busy]))
  }

  /** Users end as in `UserPool.stop`; the next target finds new ones. */
  pause(timeoutMs: number): void {
    const loops = [...this.#alive]
    for (const crew of this.#crews) crew.free.length = 0
    void retire(loops, timeoutMs)
  }

  /** No arrival from now on; users end as in `UserPool.stop`. What was due and not launched counts as dropped. */
  async stop(timeoutMs: number): Promise<void> {
    if (!this.#stopped) {
      this.#collect()
      this.#stopped = true
      clearTimeout(this.#timer)
      this.#counts.dropped += this.#backlog.length - this.#head
      this.#counts.failed += this.#parts.starts.overdue(this.#options.runClock()).users
      this.#backlog = []
      this.#head = 0
    }
    await retire([...this.#alive], timeoutMs)
  }

  #collect(): void {
    const now = this.#options.runClock()
    for (let at = this.#schedule.peek(); at !== undefined && at <= now; at = this.#schedule.peek()) {
      this.#schedule.take()
      this.#backlog.push(at)
      this.#counts.offered++
    }
  }

  readonly #tick = (): void => {
    if (this.#stopped) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#collect()
    if (!this.#launching) this.#launch()
    const next = this.#schedule.peek()
    if (next === undefined) return
    const delayMs = next - this.#options.runClock()
    this.#timer = setTimeout(this.#tick, Math.max(1, Math.min(delayMs, longestSleepMs)))
  }

  readonly #launch = (): void => {
    this.#launching = false
    const began = performance.now()
    const nowMs = this.#options.runClock()
    const clockOffset = began - nowMs
    while (this.#head < this.#backlog.length) {
      const atMs = this.#backlog[this.#head++] as number
      if (nowMs - atMs > tooLateMs) this.#counts.dropped++
      else this.#start(atMs + clockOffset, nowMs - atMs > lateMs)
      if (performance.now() - began < launchSliceMs) continue
      this.#launching = true
      setImmediate(this.#launch)
      return
    }
    this.#backlog.length = 0
    this.#head = 0
  }

  #start(intendedAt: number, isLate: boolean): void {
    const crew = this.#busy < this.#maxUsers ? this.#turns.next() : undefined
    if (!crew) {
      this.#counts.dropped++
      return
    }
    this.#counts.started++
    if (isLate) this.#counts.late++
    const loop = crew.free.pop() ?? this.#open(crew)
    if (!loop) {
      this.#counts.failed++
      return
    }
    this.#busy++
    crew.busy++
    void this.#serve(crew, loop, intendedAt)
  }

  async #serve(crew: Crew, loop: UserLoop, intendedAt: number): Promise<void> {
    const usable = await loop.serve(intendedAt)
    this.#busy--
    crew.busy--
    if (usable) crew.free.push(loop)
    else if (!loop.hasBegun && !this.#stopped) this.#counts.failed++
  }

  #open(crew: Crew): UserLoop | undefined {
    const user = openUser(crew.userClass, this.#options.runtime)
    if (!user) return undefined
    const loop = new UserLoop(crew.name, user, this.#parts)
    this.#alive.add(loop)
    return loop
  }
}

function none(): Required<ArrivalCounts> {
  return { offered: 0, started: 0, dropped: 0, late: 0, failed: 0 }
}

/**
 * Takes turns in proportion to weights, as evenly interleaved as they allow: smooth weighted round-robin, as in nginx's
 * upstream module. An item of weight 0 has no turn.
 */
class WeightedTurns<T> {
  readonly #items: { item: T; weight: number; credit: number }[]
  readonly #total: number

  constructor(items: Iterable<readonly [T, number]>) {
    this.#items = [...items].filter(([, weight]) => weight > 0).map(([item, weight]) => ({ item, weight, credit: 0 }))
    this.#total = this.#items.reduce((sum, { weight }) => sum + weight, 0)
  }

  next(): T | undefined {
    let chosen = this.#items[0]
    if (chosen === undefined) return undefined
    for (const candidate of this.#items) {
      candidate.credit += candidate.weight
      if (candidate.credit > chosen.credit) chosen = candidate
    }
    chosen.credit -= this.#total
    return chosen.item
  }
}
