import type { Runtime } from '../environment/environment.ts'
import { KatydidError } from '../errors.ts'
import { TaskTables } from '../tasks/task-tables.ts'
import type { UserClass } from '../tasks/user.ts'
import { KeptEnds } from './kept-ends.ts'
import { Breather } from './loop-yield.ts'
import type { PickTask } from './one-pass.ts'
import { openUser } from './open-user.ts'
import { Starts } from './starts.ts'
import { retire } from './stop-users.ts'
import { type LoopParts, UserLoop } from './user-loop.ts'

/** How long starting users may hold up the event loop before it turns. */
const startSliceMs = 4

export interface UserPoolOptions {
  runtime: Runtime
  classes: ReadonlyMap<string, UserClass>
  /** What users in a task get to finish it when the pool shrinks. */
  stopTimeoutMs: number
  /** Chooses tasks in place of their weights. */
  pick?: PickTask | undefined
  /** Every user that was asked for has ended by itself (StopUser, a failing `onStart`): nothing will happen any more. */
  onExhausted?(): void
}

/** One class's users. */
interface Seats {
  readonly name: string
  readonly userClass: UserClass
  target: number
  readonly running: UserLoop[]
  /** Users that ended by themselves: they are not replaced, and count as asked for until the target goes below them. */
  finished: number
  /** Of these, users that left on purpose. */
  left: number
  /** Told to stop, still finishing. */
  readonly leaving: Set<UserLoop>
  /** Since all were suspended, until the target falls. */
  kept?: KeptEnds | undefined
}

/** Closed model: keeps as many users of each class running as it was last told. */
export class UserPool {
  readonly #options: UserPoolOptions
  readonly #seats = new Map<string, Seats>()
  readonly #parts: LoopParts
  #startsPending = false
  #stopped = false

  constructor(options: UserPoolOptions) {
    this.#options = options
    for (const [name, userClass] of options.classes)
      this.#seats.set(name, { name, userClass, target: 0, running: [], finished: 0, left: 0, leaving: new Set() })
    this.#parts = {
      tables: new TaskTables(options.runtime.tags),
      breather: new Breather(),
      pick: options.pick,
      starts: new Starts(),
      onEnded: (loop) => this.#ended(loop),
    }
  }

  /**
   * Absolute counts; classes not named stay as they are. Users are started over the next turns of the event loop, and
   * stopped gracefully, the newest first. Throws for a class that is none, and then changes nothing.
   */
  apply(users: Readonly<Record<string, number>>): void {
    if (this.#stopped) return
    for (const [name, count] of Object.entries(users)) {
      if (!this.#seats.has(name))
        throw new KatydidError('LOAD_FILE', `There is no user class ${name}`, {
          hint: `user classes: ${[...this.#seats.keys()].join(', ')}`,
        })
      if (!(Number.isInteger(count) && count >= 0))
        throw new KatydidError('PLAN', `bad number of users of ${name}: ${count}`, {
          hint: 'use a whole number, 0 or more',
        })
    }
    const leaving: UserLoop[] = []
    for (const [name, count] of Object.entries(users)) leaving.push(...this.#aim(this.#seats.get(name) as Seats, count))
    if (leaving.length > 0) void retire(leaving, this.#options.stopTimeoutMs)
    if (!this.#startsPending) this.#startMissing()
  }

  /** All users end, as if none were asked for. Those that had ended by themselves are not started again when as many are asked for as before. */
  suspend(): void {
    const kept = new Map<Seats, KeptEnds>()
    for (const seats of this.#seats.values()) kept.set(seats, KeptEnds.of(seats, seats.kept))
    this.apply(Object.fromEntries([...this.#seats.keys()].map((name) => [name, 0])))
    for (const [seats, ends] of kept) seats.kept = ends
  }

  /** Users alive by class: running, or told to stop and not yet done. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {}
    for (const { name, running, leaving } of this.#seats.values()) counts[name] = running.length + leaving.size
    return counts
  }

  /** Users that left on purpose and are still asked for: nobody takes their place. */
  get left(): number {
    let left = 0
    for (const seats of this.#seats.values()) left += seats.left
    return left
  }

  /** ms that users have been in `onStart` and will hardly come out of it, all together, `elapsedMs` into the run. */
  unbegunMs(elapsedMs: number): number {
    return this.#parts.starts.overdue(elapsedMs).userMs
  }

  /** Whether every user asked for runs (or has ended by itself) and none too many is left. */
  get settled(): boolean {
    return this.#stopped || [...this.#seats.values()].every((seats) => isFull(seats) && seats.leaving.size === 0)
  }

  /**
   * Ends all users: see `retire`. May be called again with less time. Settles when no user counts any more, at most `timeoutMs`
   * and a second later.
   */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopped = true
    const loops: UserLoop[] = []
    for (const seats of this.#seats.values()) {
      seats.target = 0
      for (const loop of seats.running) seats.leaving.add(loop)
      seats.running.length = 0
      loops.push(...seats.leaving)
    }
    for (const loop of loops) loop.position = -1
    await retire(loops, timeoutMs)
  }

  #aim(seats: Seats, target: number): UserLoop[] {
    const { running, leaving } = seats
    if (target < seats.target) seats.kept = undefined
    const back = seats.kept?.countAgain(target)
    seats.target = target
    seats.finished += back?.finished ?? 0
    seats.left += back?.left ?? 0
    seats.finished = Math.min(seats.finished, Math.max(0, target - running.length))
    seats.left = Math.min(seats.left, seats.finished)
    const surplus = running.splice(Math.min(target, running.length))
    for (const loop of surplus) {
      loop.position = -1
      leaving.add(loop)
    }
    return surplus
  }

  readonly #startMissing = (): void => {
    this.#startsPending = false
    if (this.#stopped) return
    const began = performance.now()
    for (const seats of this.#seats.values())
      while (!isFull(seats) && hasRoom(seats)) {
        this.#start(seats)
        if (performance.now() - began < startSliceMs) continue
        this.#startsPending = true
        setImmediate(this.#startMissing)
        return
      }
    this.#tellExhausted()
  }

  #start(seats: Seats): void {
    const user = openUser(seats.userClass, this.#options.runtime)
    if (!user) {
      seats.finished++
      return
    }
    const loop = new UserLoop(seats.name, user, this.#parts)
    loop.position = seats.running.push(loop) - 1
    loop.start()
  }

  #ended(loop: UserLoop): void {
    const seats = this.#seats.get(loop.name) as Seats
    if (seats.leaving.delete(loop)) {
      if (!this.#stopped && !this.#startsPending && !isFull(seats)) {
        this.#startsPending = true
        setImmediate(this.#startMissing)
      }
      return
    }
    const last = seats.running.pop() as UserLoop
    if (last !== loop) {
      seats.running[loop.position] = last
      last.position = loop.position
    }
    seats.finished++
    if (loop.hasLeft) seats.left++
    this.#tellExhausted()
  }

  #tellExhausted(): void {
    if (this.#stopped || this.#startsPending) return
    const all = [...this.#seats.values()]
    const asked = all.some(({ target }) => target > 0)
    if (asked && all.every(({ target, finished }) => finished >= target)) this.#options.onExhausted?.()
  }
}

/** Those that are told to stop and still in a task are users, too: there are never more than asked for. */
function hasRoom({ running, leaving, target }: Seats): boolean {
  return running.length + leaving.size < target
}

function isFull({ running, finished, target }: Seats): boolean {
  return running.length + finished >= target
}
