import { KatydidError } from '../errors.ts'
import { type AnyClass, declarationsOf } from './declarations.ts'
import { TaskSet } from './task-set.ts'
import { nextTask, type TaskEntry, TaskTable } from './task-table.ts'
import type { User } from './user.ts'

/**
 * A task set that picks the next task at random, by the transitions of the last one. Each task lists its possible next tasks
 * with `@transition`. The first declared task runs first. Tags have no effect in this set.
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

/** @internal The tasks of a Markov chain, each with the table of what may follow it; the first declared is the first to run. */
export function markovEntries(setClass: AnyClass): TaskEntry[] {
  const declared = declarationsOf(setClass).filter(({ transitions }) => transitions !== undefined)
  if (declared.length === 0)
    throw new KatydidError('LOAD_FILE', `the MarkovTaskSet ${setClass.name} has no transitions`, {
      hint: "add @transition('next') to its methods, with the name of the next task",
    })
  const entries = declared.map(({ name }): TaskEntry => ({ name: String(name), member: name, weight: 1, tags: [] }))
  declared.forEach(({ name, transitions = new Map<string, number>() }, i) => {
    const weights = [...transitions].filter(([, weight]) => weight > 0)
    if (weights.length === 0)
      throw new KatydidError(
        'LOAD_FILE',
        `${setClass.name}.${String(name)} has no next task: all its transitions have weight 0`,
        {
          hint: 'give one of them a weight above 0. A Markov chain has no last task',
        },
      )
    const following = weights.map(([to]) => {
      const target = entries.find((entry) => entry.name === to)
      if (target) return target
      throw new KatydidError(
        'LOAD_FILE',
        `${setClass.name}.${String(name)} has a transition to ${to}, which has no transitions`,
        {
          hint: `tasks with transitions are ${entries.map((entry) => entry.name).join(', ')}`,
        },
      )
    })
    ;(entries[i] as TaskEntry).next = new TaskTable(
      following,
      weights.map(([, weight]) => weight),
    )
  })
  return entries
}
