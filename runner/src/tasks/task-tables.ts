import { TagFilter } from '../environment/tag-filter.ts'
import { KatydidError } from '../errors.ts'
import { type AnyClass, hasUnclearOrder, tagsOf } from './declarations.ts'
import { declaredTasks, hasTasksInFields } from './declared-tasks.ts'
import { MarkovTaskSet, markovEntries } from './markov-task-set.ts'
import { SequentialTaskSet } from './sequential-task-set.ts'
import type { TaskBody, TaskSetClass } from './task-list.ts'
import { constructTaskSet, isTaskSetClass, type TaskHolder } from './task-set.ts'
import { type TaskEntry, TaskTable } from './task-table.ts'

/**
 * The tasks of each user and task set class as far as the run's tags let them through. Built from a class's first instance,
 * since what a field holds is known of an instance only.
 */
export class TaskTables {
  readonly #filter: TagFilter
  /** By class, then by the tags around it: those of a field hold for the set in it. */
  readonly #built = new WeakMap<object, Map<string, TaskTable>>()
  readonly #building = new Set<object>()

  constructor(filter: TagFilter = new TagFilter()) {
    this.#filter = filter
  }

  of(holder: TaskHolder, outerTags: readonly string[] = []): TaskTable {
    const key = this.#filter.isOpen ? '' : JSON.stringify(outerTags)
    const holderClass = holder.constructor
    let tables = this.#built.get(holderClass)
    if (!tables) this.#built.set(holderClass, (tables = new Map()))
    let table = tables.get(key)
    if (!table) tables.set(key, (table = this.#build(holder, outerTags)))
    return table
  }

  /** For running: a class without tasks is an error here. */
  require(holder: TaskHolder, outerTags: readonly string[] = []): TaskTable {
    const table = this.of(holder, outerTags)
    if (!table.isEmpty) return table
    const why = this.#filter.isOpen ? 'has no tasks' : `has no task left with ${this.#filter}`
    throw new KatydidError('LOAD_FILE', `${holder.constructor.name} ${why}`, { hint: 'add @task to its methods' })
  }

  #build(holder: TaskHolder, outerTags: readonly string[]): TaskTable {
    const holderClass = holder.constructor
    const around = [...outerTags, ...tagsOf(holderClass)]
    if (holder instanceof MarkovTaskSet) return new TaskTable(markovEntries(holderClass))
    const entries = declaredTasks(holderClass)
    if (holder instanceof SequentialTaskSet) demandSequence(entries, holderClass)
    this.#building.add(holderClass)
    try {
      const kept: TaskEntry[] = []
      for (const entry of entries) {
        const body = bodyOf(entry, holder) // also where nothing is filtered: a wrong name shows before the first task
        entry.tags = [...around, ...entry.tags]
        if (this.#filter.isOpen || this.#keeps(entry, body, holder)) kept.push(entry)
      }
      return new TaskTable(kept)
    } finally {
      this.#building.delete(holderClass)
    }
  }

  /** A set is kept for the tasks left in it. */
  #keeps(entry: TaskEntry, body: TaskBody, holder: TaskHolder): boolean {
    if (!isTaskSetClass(body)) return this.#filter.keeps(entry.tags)
    if (body.prototype instanceof MarkovTaskSet) return this.#filter.keeps([...entry.tags, ...tagsOf(body)])
    if (this.#building.has(body)) return true // a set within itself stands and falls with the outer one
    const set = hasTasksInFields(body) ? constructTaskSet(body, holder) : Object.create(body.prototype)
    return !this.of(set, entry.tags).isEmpty
  }
}

/** The method, function or TaskSet class of an entry. */
export function bodyOf(entry: TaskEntry, holder: TaskHolder): TaskBody {
  if (entry.body) return entry.body
  const member = entry.member as string
  const own = (holder as unknown as Record<string, unknown>)[member]
  const body = own ?? (holder.constructor as unknown as Record<string, unknown>)[member]
  if (typeof body === 'function') return body as TaskBody | TaskSetClass
  const problem =
    body === undefined
      ? 'which is not a member of the class'
      : `which is ${typeof body}, neither a method nor a TaskSet`
  throw new KatydidError('LOAD_FILE', `${holder.constructor.name} has the task ${entry.name}, ${problem}`, {
    hint: 'a task must be a method, or a field whose value is a class that extends TaskSet',
  })
}

function demandSequence(entries: readonly TaskEntry[], holderClass: AnyClass): void {
  if (hasUnclearOrder(holderClass))
    throw new KatydidError('LOAD_FILE', `The order of the tasks of ${holderClass.name} is not clear`, {
      hint: 'this SequentialTaskSet has tasks that are fields: write @task() with parentheses on all its tasks',
    })
  for (const { name, weight } of entries)
    if (!Number.isInteger(weight))
      throw new KatydidError('LOAD_FILE', `Task ${name} of ${holderClass.name} has weight ${weight}`, {
        hint: 'use a whole number. In a SequentialTaskSet, the weight is the number of times that the task runs',
      })
}
