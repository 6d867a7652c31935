import { InterruptTaskSet } from '../environment/control-flow.ts'
import { KatydidError } from '../errors.ts'
import type { HttpClient } from '../protocols/http-client.ts'
import { constructWithin, takeParent } from './construction.ts'
import type { TaskList, TaskSetClass } from './task-list.ts'
import { nextTask, type TaskEntry, type TaskTable } from './task-table.ts'
import type { User } from './user.ts'

/** A user or a task set: both have tasks. */
export type TaskHolder = User | TaskSet

type ClientOf<U> = U extends { readonly client: infer Client } ? Client : HttpClient

/**
 * Tasks that belong together, for example for one part of a site. A set is a task of a user or of another set. When the user
 * picks it, the user runs the tasks of the set until one of them calls `this.interrupt()`. `TaskSet<Shopper>` gives `this.user`
 * its type.
 *
 *     class Forum extends TaskSet {
 *       @task(3) async read() { await this.client.get('/threads') }
 *       @task leave() { this.interrupt() }
 *     }
 */
export class TaskSet<U extends User = User> {
  /** Tasks without decorators, as in a user class. */
  static tasks: TaskList | undefined = undefined

  /** The user, or the set that contains this set. */
  readonly parent: U | TaskSet<U>
  /** The user that runs this set. */
  readonly user: U

  constructor() {
    const parent = takeParent(this)
    this.parent = parent as U | TaskSet<U>
    this.user = (parent instanceof TaskSet ? parent.user : parent) as U
  }

  /** The client of the user. Throws a KatydidError if the user has none. */
  get client(): ClientOf<U> {
    const { client } = this.user as { client?: unknown }
    if (client === undefined)
      throw new KatydidError('LOAD_FILE', `${this.constructor.name} uses this.client, but its user has none`, {
        hint: `${this.user.constructor.name} must extend HttpUser, or have a field client`,
      })
    return client as ClientOf<U>
  }

  /** The environment of the user, with the types of its parameters. */
  get environment(): U['environment'] {
    return this.user.environment
  }

  /** The signal of the user. It aborts when the stop timeout of the user is over, and when the user has ended. */
  get signal(): AbortSignal {
    return this.user.signal
  }

  /** Returns the seconds to wait after a task of this set. Default: the wait of the parent. */
  waitTime(user: U): number {
    return (this.parent as User).waitTime(user)
  }

  /** Called when the user enters the set, before its first task. */
  onStart(): void | Promise<void> {}

  /** Called when the user leaves the set, also if the user ends. */
  onStop(): void | Promise<void> {}

  /** Leaves this set. The parent picks its next task at once. With `interrupt(false)` the parent waits first. */
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
