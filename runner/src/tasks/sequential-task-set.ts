import { TaskSet } from './task-set.ts'
import { nextTask, type TaskEntry, type TaskTable } from './task-table.ts'
import type { User } from './user.ts'

/**
 * A task set whose tasks run in the order of the file. A task with weight 3 runs three times. After the last task, the first
 * one runs again, until a task calls `this.interrupt()`. If some tasks are fields (nested sets), write `@task()` with parentheses
 * on all tasks. Without them Katydid cannot know the order, and reports an error.
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
