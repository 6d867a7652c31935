import { TaskSet } from './task-set.ts'
import { nextTask, type TaskEntry, type TaskTable } from './task-table.ts'
import type { User } from './user.ts'

/**
 * A task set that goes from task to task by chance: each has `@transition`s to what may follow it. The first one declared is
 * the first to run. Tags have no effect within it.
 *
 *     @transition('browse') async index() {}
 *     @transitions({ index: 1, buy: 3 }) async browse() {}
 */
export class MarkovTaskSet<U extends User = User> extends TaskSet<U> {
  #upcoming: TaskEntry | undefined

  /** @internal */
  override [nextTask](table: TaskTable): TaskEntry {
    const entry = this.#upcoming ?? (table.entries[0] as TaskEntry)
    this.#upcoming = (entry.next as TaskTable).pick(Math.random())
    return entry
  }
}
