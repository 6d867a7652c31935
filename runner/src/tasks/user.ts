import type { AnyParams, Environment } from '../environment/environment.ts'
import { takeRuntime } from './construction.ts'
import type { TaskList } from './task-list.ts'
import { nextTask, type TaskEntry, type TaskTable } from './task-table.ts'
import { state, UserState } from './user-state.ts'

/** @internal A class of users, as the pools take it. */
export interface UserClass {
  new (): User
  readonly name: string
  readonly prototype: User
  readonly weight: number
  readonly fixedCount: number
  readonly host: string | undefined
  readonly abstract: boolean
  readonly tasks: TaskList | undefined
}

/**
 * A virtual user: subclass it, give it tasks, export the class. katydid makes the instances, and each runs its tasks one after
 * the other, with a wait between them, until it is stopped. What is known without making a user is static; what belongs to one
 * user is a field.
 *
 * `User<typeof params>` gives `environment.params` the types of the load file's parameters.
 */
export class User<Params extends object = AnyParams> {
  /** How many users of this class there are against the others' weights; 0 switches the class off. */
  static weight = 1
  /** Exactly so many users of this class, before any other is started; 0 means by weight. */
  static fixedCount = 0
  /** Base URL for users of this class where neither `--host` nor `load.host` is said. Not needed where every URL is absolute. */
  static host: string | undefined = undefined
  /** A class to be subclassed, not run. Not inherited. */
  static abstract = true
  /** Tasks without decorators: `{ browse: 3, buy: 1 }` by name of a method, or a list or Map of functions and TaskSet classes. */
  static tasks: TaskList | undefined = undefined

  /** @internal */
  readonly [state]: UserState

  constructor() {
    this[state] = new UserState(takeRuntime(this))
  }

  /** Host, role, parameters, `setup()`'s data, `measure()` and `stop()`. */
  get environment(): Environment<Params> {
    return this[state].environment as Environment<object> as Environment<Params>
  }

  /** Aborts when the run gives this user up (its stop timeout is over), and when the user has ended. */
  get signal(): AbortSignal {
    return this[state].signal
  }

  /**
   * Seconds to wait after a task: set it to `between(2, 10)` and the like, or to any function of the user. No wait by default.
   */
  waitTime(_user: User): number {
    return 0
  }

  /** Called before the first task. If it throws, the user ends. */
  onStart(): void | Promise<void> {}

  /** Called when the user ends, also after an abort; it has until the stop timeout. */
  onStop(): void | Promise<void> {}

  /** Attached to every request of this user, for listeners of `events.request`. */
  context(): Record<string, unknown> {
    return {}
  }

  /** @internal */
  [nextTask](table: TaskTable): TaskEntry {
    return table.pick(Math.random())
  }
}
