import { KatydidError } from '../errors.ts'
import { type AnyClass, tagsOf } from './declarations.ts'
import type { TaskBody, TaskList } from './task-list.ts'
import type { TaskEntry } from './task-table.ts'
import { taskWeight } from './task-weight.ts'

const hint =
  'tasks = { browse: 3, buy: 1 } by the names of members, or a list or Map of functions and TaskSet classes with weights'

/** The entries of one class's own `static tasks`. */
export function staticTasks(tasks: TaskList, owner: AnyClass): TaskEntry[] {
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
