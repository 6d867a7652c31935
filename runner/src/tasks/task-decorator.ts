import { KatydidError } from '../errors.ts'
import { declarationOf, type LegacyMember, type MemberContext, standardContext } from './declarations.ts'
import type { TaskSetClass } from './task-list.ts'
import { taskWeight } from './task-weight.ts'

/** Goes on methods, and on fields that hold a TaskSet class. */
export interface TaskDecorator {
  (method: (...args: never[]) => unknown, context: MemberContext & { kind: 'method' }): void
  <This>(field: undefined, context: ClassFieldDecoratorContext<This, TaskSetClass>): void
  (...legacy: LegacyMember): void
}

const notTasks = new Set<string | symbol>(['constructor', 'onStart', 'onStop', 'waitTime', 'context', 'interrupt'])

/** Tells the order in which `@task()`s stand in their file. */
let calls = 0

/**
 * Makes a method a task, or a field that holds a TaskSet class a nested set. Tasks are picked at random in proportion to their
 * weights; in a SequentialTaskSet the weight is how often a task is repeated. Subclasses inherit tasks and may override them.
 *
 *     @task async browse() {}          // weight 1
 *     @task(3) async buy() {}
 *     @task(2) Forum = class extends TaskSet { … }
 *     @task(0) async broken() {}      // switched off
 *
 * Throws a KatydidError for a weight below 0.
 */
export function task(method: (...args: never[]) => unknown, context: MemberContext & { kind: 'method' }): void
export function task<This>(field: undefined, context: ClassFieldDecoratorContext<This, TaskSetClass>): void
export function task(...legacy: LegacyMember): void
export function task(weight?: number): TaskDecorator
export function task(weightOrMember?: unknown, bareContext?: unknown): TaskDecorator | void {
  if (bareContext !== undefined) return declareTask(1, bareContext)
  const weight = weightOrMember ?? 1
  const order = ++calls
  return (_member: unknown, context: unknown) => declareTask(weight, context, order)
}

function declareTask(weight: unknown, given: unknown, order?: number): void {
  const context = standardContext(given, '@task')
  const name = String(context.name)
  if (context.kind !== 'method' && context.kind !== 'field' && context.kind !== 'accessor')
    throw new KatydidError('LOAD_FILE', `@task is on ${name}, a ${context.kind}`, {
      hint: '@task goes on methods and on fields that hold a TaskSet class',
    })
  if (context.private)
    throw new KatydidError('LOAD_FILE', `@task is on ${name}, which is private`, { hint: 'name the task without #' })
  if (notTasks.has(context.name))
    throw new KatydidError('LOAD_FILE', `@task is on ${name}, which katydid calls itself`, {
      hint: `move what should be a task into a method of another name and call that from ${name}`,
    })
  const declaration = declarationOf(context)
  declaration.weight = taskWeight(weight, `task ${name}`)
  if (order !== undefined) declaration.order = order
}
