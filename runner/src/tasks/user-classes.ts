import type { Runtime } from '../environment/environment.ts'
import { TagFilter } from '../environment/tag-filter.ts'
import { KatydidError } from '../errors.ts'
import type { UserClassInfo } from '../profile/class-sequence.ts'
import { constructUser } from './construction.ts'
import { declaredTasks, hasTasksInFields } from './declared-tasks.ts'
import { TaskTables } from './task-tables.ts'
import { User, type UserClass } from './user.ts'

/**
 * The user classes among a load file's exports, by name: every exported class that extends User, but those with `static
 * abstract = true` of their own, those of weight 0 and those without tasks. Two classes of one name are an error, since reports go by name.
 */
export function findUserClasses(exports: Readonly<Record<string, unknown>>): Map<string, UserClass> {
  const found = new Map<string, UserClass>()
  for (const [exported, value] of Object.entries(exports)) {
    if (!isUserClass(value) || !isRunnable(value)) continue
    // a compiler may rename a class; what it is exported as stays
    const name = exported === 'default' ? value.name || 'DefaultUser' : exported
    if ([...found.values()].includes(value)) continue
    if (found.has(name))
      throw new KatydidError('LOAD_FILE', `Two user classes have the name ${name}`, {
        hint: 'reports need different names: rename one of them',
      })
    found.set(name, value)
  }
  return found
}

export function isUserClass(value: unknown): value is UserClass {
  return typeof value === 'function' && value.prototype instanceof User
}

function isRunnable(userClass: UserClass): boolean {
  if (Object.hasOwn(userClass, 'abstract') && userClass.abstract) return false
  return declaredTasks(userClass).length > 0 && !isSwitchedOff(userClass)
}

/** As in Locust: a weight of 0 without a fixed count. */
export function isSwitchedOff({ weight, fixedCount }: UserClass): boolean {
  return weight === 0 && fixedCount === 0
}

/** What spreading users over classes must know, checked. */
export function describeUserClass(name: string, userClass: UserClass): UserClassInfo {
  const { weight, fixedCount } = userClass
  if (!(typeof weight === 'number' && Number.isFinite(weight) && weight >= 0))
    throw new KatydidError('LOAD_FILE', `The weight of ${name} is ${String(weight)}`, {
      hint: 'use a number, 0 or more; 0 switches the class off',
    })
  if (!(Number.isInteger(fixedCount) && fixedCount >= 0))
    throw new KatydidError('LOAD_FILE', `The fixedCount of ${name} is ${String(fixedCount)}`, {
      hint: 'use a whole number of users; 0 means that the weight decides',
    })
  return { name, weight, fixedCount }
}

/**
 * The classes that have tasks left under the run's tags; none is an error, as is a task that does not exist. A user is made for
 * it only where tasks are fields, whose values no class can tell.
 */
export function classesWithTasks(classes: ReadonlyMap<string, UserClass>, runtime: Runtime): Map<string, UserClass> {
  const filter = runtime.tags ?? new TagFilter()
  const tables = new TaskTables(filter)
  const left = new Map([...classes].filter(([, userClass]) => !tables.of(specimen(userClass, runtime)).isEmpty))
  if (left.size > 0 || classes.size === 0) return left
  throw new KatydidError('LOAD_FILE', `No task is left with ${filter}`, {
    hint: "set the tags of a task with @tag('name'), and check --tags and --exclude-tags",
  })
}

function specimen(userClass: UserClass, runtime: Runtime): User {
  return hasTasksInFields(userClass) ? constructUser(userClass, runtime) : Object.create(userClass.prototype)
}
