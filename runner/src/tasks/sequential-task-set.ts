import { TaskSet } from './task-set.ts'
import { nextTask, type TaskEntry, type TaskTable } from './task-table.ts'
import type { User } from './user.ts'

/**
 * A task set whose tasks run in the order they are written, each as often as its weight says; after the last comes the first
 * again, until `this.interrupt()`. Where some of them are fields (nested sets), write `@task()` with parentheses on all: without, the
 * order cannot be known, which is an error.
 */
export class SequentialTaskSet<U extends User = User> extends TaskSet<U> {
  #position = 0

  /** @internal */
  override [nextTask](table: TaskTable): TaskEntry {
    const { sequence } = table
    const entry = sequence[this.#position % sequence.length] as TaskEntry
    this.#position = (this.#position + 1) % sequence.length
    return entry
  }
}
