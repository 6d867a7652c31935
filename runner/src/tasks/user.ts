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
 * A virtual user. Write a subclass with tasks and export it. Katydid creates the users. Each user runs one task after another,
 * with a wait between them, until the run stops it. Settings of the class are static. Data of one user is in fields.
 *
 *     export class Device extends User {
 *       waitTime = constant(1)
 *       @task async report() { await this.environment.measure({ type: 'MQTT', name: 'report' }, () => publish()) }
 *     }
 *
 * `User<typeof params>` gives `environment.params` the types of the load file's parameters.
 */
export class User<Params extends object = AnyParams> {
  /** Share of the users that have this class, relative to the weights of the other classes. 0 switches the class off. */
  static weight = 1
  /** Exact number of users of this class. They start before all other users. 0 (the default): the weight decides. */
  static fixedCount = 0
  /** Base URL for users of this class. `--host` and `load.host` override it. Not needed if every URL is absolute. */
  static host: string | undefined = undefined
  /** `true` for a base class that has no users of its own. Subclasses do not inherit it. */
  static abstract = true
  /** Tasks without decorators: names of methods with weights (`{ browse: 3, buy: 1 }`), or a list or Map of functions and TaskSet classes. */
  static tasks: TaskList | undefined = undefined

  /** @internal */
  readonly [state]: UserState

  constructor() {
    this[state] = new UserState(takeRuntime(this))
  }

  /** The run: host, role, parameters, the data of `setup()`, `measure()`, `stop()` and more. */
  get environment(): Environment<Params> {
    return this[state].environment as Environment<object> as Environment<Params>
  }

  /** Aborts when the stop timeout of this user is over, and when the user has ended. Pass it to code that can wait for long. */
  get signal(): AbortSignal {
    return this[state].signal
  }

  /**
   * Returns the seconds to wait after a task. Set it to a wait such as `between(2, 10)`, or to your own function. Default: 0.
   *
   *     waitTime = between(2, 10)
   */
  waitTime(_user: User): number {
    return 0
  }

  /** Called before the first task. If it throws, the user ends without `onStop`. After a StopUser, `onStop` runs. */
  onStart(): void | Promise<void> {}

  /** Called when the user ends, also after an abort. It must finish before the stop timeout. */
  onStop(): void | Promise<void> {}

  /** Returns data for every request of this user. Listeners of `events.request` get it as `context`. */
  context(): Record<string, unknown> {
    return {}
  }

  /** @internal */
  [nextTask](table: TaskTable): TaskEntry {
    return table.pick(Math.random())
  }
}
