import { InterruptTaskSet } from '../environment/control-flow.ts'
import { KatydidError } from '../errors.ts'
import type { HttpClient } from '../protocols/http-client.ts'
import { constructWithin, takeParent } from './construction.ts'
import type { TaskList, TaskSetClass } from './task-list.ts'
import { nextTask, type TaskEntry, type TaskTable } from './task-table.ts'
import type { User } from './user.ts'

/** Whatever has tasks: a user, or a set within it. */
export type TaskHolder = User | TaskSet

type ClientOf<U> = U extends { readonly client: infer Client } ? Client : HttpClient

/**
 * Tasks that belong together: a part of a site, a dialogue. A set is a task of a user or of another set; once picked, its own
 * tasks are picked and run until it is left by `this.interrupt()`. Give the type of its user as `TaskSet<Shopper>`.
 */
export class TaskSet<U extends User = User> {
  /** Tasks without decorators, as on a user. */
  static tasks: TaskList | undefined = undefined

  /** The user, or the set this one is nested in. */
  readonly parent: U | TaskSet<U>
  readonly user: U

  constructor() {
    const parent = takeParent(this)
    this.parent = parent as U | TaskSet<U>
    this.user = (parent instanceof TaskSet ? parent.user : parent) as U
  }

  /** The user's client. */
  get client(): ClientOf<U> {
    const { client } = this.user as { client?: unknown }
    if (client === undefined)
      throw new KatydidError('LOAD_FILE', `${this.constructor.name} uses this.client, but its user has none`, {
        hint: `${this.user.constructor.name} must extend HttpUser, or have a field client`,
      })
    return client as ClientOf<U>
  }

  /** The user's, with the types of its parameters. */
  get environment(): U['environment'] {
    return this.user.environment
  }

  /** The user's: aborts when the run gives the user up. */
  get signal(): AbortSignal {
    return this.user.signal
  }

  /** Seconds to wait after a task; the parent's wait where a set has none of its own. */
  waitTime(user: U): number {
    return (this.parent as User).waitTime(user)
  }

  /** Called when the set is entered. */
  onStart(): void | Promise<void> {}

  /** Called when the set is left, also because the user ends. */
  onStop(): void | Promise<void> {}

  /** Leaves this set. The parent picks its next task at once, or, with `reschedule` false, after its wait. */
  interrupt(reschedule = true): never {
    throw new InterruptTaskSet(reschedule)
  }

  /** @internal */
  [nextTask](table: TaskTable): TaskEntry {
    return table.pick(Math.random())
  }
}

/** @internal */
export function isTaskSetClass(value: unknown): value is TaskSetClass {
  return typeof value === 'function' && value.prototype instanceof TaskSet
}

/** @internal Authors' classes have no constructor that takes a parent. */
export function constructTaskSet(taskSetClass: TaskSetClass, parent: TaskHolder): TaskSet {
  return constructWithin(parent, taskSetClass) as TaskSet
}
