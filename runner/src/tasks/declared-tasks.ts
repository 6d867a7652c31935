import { KatydidError } from '../errors.ts'
import { type AnyClass, declarationsOf, tagsOf, taskWeight } from './declarations.ts'
import type { TaskBody, TaskList } from './task-list.ts'
import type { TaskEntry } from './task-table.ts'

/** The tasks of a class that can run: a weight of 0 switches one off, also one that is inherited. */
export function declaredTasks(holderClass: AnyClass): TaskEntry[] {
  return allTasks(holderClass).filter(({ weight }) => weight > 0)
}

/** Decorated and static tasks of a class and its ancestors; what is named again is overridden and keeps its place. */
export function allTasks(holderClass: AnyClass): TaskEntry[] {
  let entries: TaskEntry[] = []
  const tagged = new Map<string | symbol, readonly string[]>()
  for (const { name, weight, tags } of declarationsOf(holderClass)) {
    tagged.set(name, tags)
    if (weight !== undefined) entries.push({ name: String(name), member: name, weight, tags })
  }
  for (const ancestor of ancestors(holderClass)) {
    const tasks = Object.hasOwn(ancestor, 'tasks') ? (ancestor as { tasks?: TaskList }).tasks : undefined
    if (tasks !== undefined && tasks !== null) entries = override(entries, staticTasks(tasks, ancestor))
  }
  for (const entry of entries) if (entry.member !== undefined) entry.tags = tagged.get(entry.member) ?? entry.tags
  return entries
}

/** Whether some task's value is in a field, so that no class can tell what it is. */
export function hasTasksInFields(holderClass: AnyClass): boolean {
  const members = declaredTasks(holderClass).map(({ member }) => member)
  const known = (member: string | symbol) => member in holderClass.prototype || member in holderClass
  return members.some((member) => member !== undefined && !known(member))
}

function override(inherited: TaskEntry[], own: TaskEntry[]): TaskEntry[] {
  const named = own.filter((entry) => entry.member !== undefined)
  const once = named.filter((entry) => named.filter((other) => other.member === entry.member).length === 1)
  const inPlace = inherited.flatMap((entry) => {
    if (!named.some((other) => other.member === entry.member && entry.member !== undefined)) return [entry]
    return once.filter((other) => other.member === entry.member)
  })
  return [...inPlace, ...own.filter((entry) => !inPlace.includes(entry))]
}

/** Base classes first. */
function ancestors(holderClass: AnyClass): AnyClass[] {
  const found: AnyClass[] = []
  for (let at = holderClass; typeof at === 'function' && at !== Function.prototype; at = Object.getPrototypeOf(at))
    found.unshift(at)
  return found
}

const hint =
  'write static tasks = { browse: 3, buy: 1 } with names of methods and weights, or a list or Map of functions and TaskSet classes'

/** The entries of one class's own `static tasks`. */
function staticTasks(tasks: TaskList, owner: AnyClass): TaskEntry[] {
  if (typeof tasks !== 'object' || tasks === null) throw invalid(owner, String(tasks))
  return pairsOf(tasks).map(([what, weight]) => {
    if (typeof what === 'string')
      return { name: what, member: what, weight: taskWeight(weight, `task ${what} of ${owner.name}`), tags: [] }
    if (typeof what !== 'function') throw invalid(owner, typeof what)
    const body = what as TaskBody
    const name = body.name || '(anonymous)'
    return { name, body, weight: taskWeight(weight, `task ${name} of ${owner.name}`), tags: tagsOf(body) }
  })
}

function pairsOf(tasks: TaskList): (readonly [unknown, unknown])[] {
  if (tasks instanceof Map) return [...tasks]
  if (Array.isArray(tasks)) return tasks.map((task) => (Array.isArray(task) ? [task[0], task[1]] : [task, 1]))
  return Object.entries(tasks)
}

function invalid(owner: AnyClass, what: string): KatydidError {
  return new KatydidError('LOAD_FILE', `tasks of ${owner.name} holds ${what}`, { hint })
}
