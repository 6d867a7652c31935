import { InterruptTaskSet, RescheduleTask, StopTest, StopUser } from '../environment/control-flow.ts'
import { demandWords } from '../tasks/class-mistakes.ts'
import { Pacing, waitMs } from '../tasks/pacing.ts'
import { SequentialTaskSet } from '../tasks/sequential-task-set.ts'
import type { TaskSetClass } from '../tasks/task-list.ts'
import { constructTaskSet, isTaskSetClass, type TaskHolder, TaskSet } from '../tasks/task-set.ts'
import { nextTask, type TaskTable } from '../tasks/task-table.ts'
import { bodyOf, type TaskTables } from '../tasks/task-tables.ts'
import type { User } from '../tasks/user.ts'
import { state } from '../tasks/user-state.ts'
import { isPaced } from '../tasks/waits.ts'
import type { Breather } from './loop-yield.ts'
import type { PickTask } from './one-pass.ts'
import type { Starts } from './starts.ts'
import { reportUserError } from './user-errors.ts'

/** What follows a task; `leave` and `leaveAndWait` say how a task set was left, `failed` that something was thrown. */
type Next = 'wait' | 'again' | 'leave' | 'leaveAndWait' | 'failed' | 'stop'

const longestTimerMs = 2 ** 31 - 1
const waitAfterBadWaitMs = 1_000

/** What all users of a pool share. */
export interface LoopParts {
  readonly tables: TaskTables
  readonly breather: Breather
  /** Chooses tasks in place of their weights: the debugger's one pass through all. */
  readonly pick?: PickTask | undefined
  /** Who has not come to a task yet. */
  readonly starts: Starts<UserLoop>
  /** Told once, when the user counts no more. */
  onEnded(loop: UserLoop): void
}

/** One user's life: `onStart`, then tasks with waits between them, then `onStop`. */
export class UserLoop {
  readonly name: string
  readonly user: User
  /** Where it stands in its pool's list; the pool's business. */
  position = -1
  stopping = false
  ended = false
  /** It has come to its tasks. */
  hasBegun = false
  /** It has ended by StopUser. */
  hasLeft = false
  /** Settles when the user has ended, or (open model) is free again. */
  done: Promise<unknown> | undefined
  readonly #parts: LoopParts
  #busy = false
  #begun = false
  #leaving = false
  #pacing: Pacing | undefined
  #timer: NodeJS.Timeout | undefined
  #wake: (() => void) | undefined

  constructor(name: string, user: User, parts: LoopParts) {
    this.name = name
    this.user = user
    this.#parts = parts
  }

  /** Closed model: lives until it is stopped or ends itself. */
  start(): void {
    this.done = this.#serve(false)
  }

  /**
   * Open model: one task, timed also from `intendedAt` (`performance.now()` ms); `onStart` before the first. Of a task set that
   * is one of its tasks, or once through a SequentialTaskSet. False when the user is no longer to be used.
   */
  serve(intendedAt: number): Promise<boolean> {
    const served = this.#serve(true, intendedAt)
    this.done = served
    return served
  }

  /** How many requests it has begun. */
  get requests(): number {
    const { client, measured } = this.user[state]
    return measured + (client?.begun ?? 0)
  }

  /** It waits for an answer. */
  get isWaiting(): boolean {
    const { client, measuring } = this.user[state]
    return measuring > 0 || (client?.isWaiting ?? false)
  }

  /** Ends a waiting user at once, a busy one after its task. */
  stop(): void {
    this.stopping = true
    this.#parts.starts.leave(this)
    if (!this.#busy && !this.#leaving) this.done = this.#leave()
    clearTimeout(this.#timer)
    this.#wake?.()
  }

  /** Gives up what the user has under way. */
  abort(): void {
    this.user[state].abort()
    this.stop()
  }

  /** For code that does not come back: `onStop` runs beside whatever hangs, and nothing more is expected of that. */
  abandon(): void {
    if (!this.#leaving) this.done = this.#leave()
  }

  /** Counts as ended from now on, whatever still runs. */
  drop(): void {
    if (this.ended) return
    this.ended = this.stopping = this.#leaving = true
    this.#parts.starts.leave(this)
    this.user[state].close()
    this.#parts.onEnded(this)
  }

  /** A chain rather than one async function: suspended ones are most of what a waiting user costs in memory. */
  #serve(once: boolean, intendedAt = Number.NaN): Promise<boolean> {
    this.#busy = true
    return this.#begin()
      .then(() => this.#runTasks(once, intendedAt))
      .then((next) => this.#finish(next))
  }

  async #begin(): Promise<void> {
    if (this.#begun) return
    this.#begun = true
    this.#parts.starts.begin(this)
    const next = await this.#call(this.user.onStart)
    this.hasBegun = next === 'wait'
    this.#parts.starts.end(this, this.hasBegun)
    if (next === 'failed') this.drop()
    else if (next === 'stop') this.stopping = true
  }

  #runTasks(once: boolean, intendedAt: number): Next | Promise<Next> {
    if (this.stopping) return 'stop'
    this.user[state].schedule.intendedAt = intendedAt
    try {
      return this.#loop(this.user, this.#parts.tables.require(this.user), once)
    } catch (error) {
      this.#caught(error) // a class without usable tasks
      return 'stop'
    }
  }

  async #finish(next: Next): Promise<boolean> {
    this.#busy = false
    if (next === 'stop') this.stopping = true
    if (this.stopping && !this.#leaving) await this.#leave()
    return !this.stopping
  }

  async #leave(): Promise<void> {
    this.#leaving = true
    await this.#call(this.user.onStop)
    this.drop()
  }

  /** Runs tasks of a user or task set: endlessly, or one pass. */
  async #loop(holder: TaskHolder, table: TaskTable, once: boolean): Promise<Next> {
    const own = this.user[state]
    const { breather, pick } = this.#parts
    const isSet = holder instanceof TaskSet
    let left = once ? (holder instanceof SequentialTaskSet ? table.sequence.length : 1) : Number.POSITIVE_INFINITY
    for (;;) {
      if (this.stopping) return 'stop'
      const startedAt = performance.now()
      const waiter = waiterOf(holder)
      // in the open model the schedule is the arrival's
      if (!once && isPaced(waiter.waitTime))
        (this.#pacing ??= new Pacing()).begin(waiter.waitTime, startedAt, own.schedule)
      let next: Next = 'wait'
      try {
        const entry = pick ? pick(holder, table) : holder[nextTask](table)
        const body = bodyOf(entry, holder)
        if (isTaskSetClass(body)) next = await this.#enter(body, holder, entry.tags, once)
        else {
          const result = (body as (this: TaskHolder, holder: TaskHolder) => unknown).call(holder, holder)
          if (isThenable(result)) await result
        }
      } catch (error) {
        next = this.#caught(error)
      }
      own.client?.finishTask()
      if (next === 'stop' || this.stopping) return 'stop'
      if (isSet && (next === 'leave' || next === 'leaveAndWait')) return next
      const again = next === 'again' || next === 'leave'
      if (!again && --left <= 0) return isSet ? 'leaveAndWait' : 'wait'
      const delayMs = again ? 0 : this.#delay(waiter, startedAt)
      const pause = delayMs > 0 ? this.#sleep(delayMs) : breather.check(startedAt)
      if (pause) await pause
    }
  }

  async #enter(setClass: TaskSetClass, parent: TaskHolder, tags: readonly string[], once: boolean): Promise<Next> {
    const set = constructTaskSet(setClass, parent)
    demandWords('task set', set)
    const table = this.#parts.tables.require(set, tags)
    let next = await this.#call(set.onStart, set)
    if (next === 'wait') {
      next = await this.#loop(set, table, once)
      await this.#call(set.onStop, set)
    }
    return next === 'leave' ? 'again' : next === 'leaveAndWait' ? 'wait' : next
  }

  /** ms until the next task; what a wait function throws is the user's error like any other. */
  #delay(waiter: TaskHolder, startedAt: number): number {
    const { waitTime } = waiter
    if (isPaced(waitTime)) return (this.#pacing ??= new Pacing()).advance(waitTime, startedAt) - performance.now()
    if (this.#pacing) this.user[state].schedule.intendedAt = Number.NaN
    try {
      return waitMs(waiter, this.user)
    } catch (error) {
      if (this.#caught(error) === 'stop') this.stopping = true
      return this.stopping ? 0 : waitAfterBadWaitMs
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
      this.#timer = setTimeout(resolve, Math.min(Math.ceil(ms), longestTimerMs))
    })
  }

  /** Calls a hook of the user's. */
  async #call(hook: () => unknown, holder: TaskHolder = this.user): Promise<Next> {
    try {
      await hook.call(holder)
      return 'wait'
    } catch (error) {
      return this.#caught(error)
    }
  }

  #caught(error: unknown): Next {
    const { aborted, runtime } = this.user[state]
    if (aborted) return 'stop' // what an abort makes throw is no news
    if (error instanceof StopUser) {
      this.hasLeft = true
      return 'stop'
    }
    if (error instanceof RescheduleTask) return 'again'
    if (error instanceof InterruptTaskSet) return error.reschedule ? 'leave' : 'leaveAndWait'
    if (error instanceof StopTest) {
      runtime.end(error)
      return 'stop'
    }
    reportUserError(runtime, this.user, error)
    return 'failed'
  }
}

/** Whose wait holds: a set without one of its own waits as its parent does. */
function waiterOf(holder: TaskHolder): TaskHolder {
  let at = holder
  while (at instanceof TaskSet && at.waitTime === TaskSet.prototype.waitTime) at = at.parent
  return at
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}
