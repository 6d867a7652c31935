import { KatydidError } from '../errors.ts'
import {
  declarationOf,
  type LegacyMember,
  type MemberContext,
  standardContext,
  tagClass,
  tagFunction,
  taskWeight,
} from './declarations.ts'
import type { TaskSetClass } from './task-list.ts'

/** A decorator for methods, and for fields that hold a TaskSet class. */
export interface TaskDecorator {
  (method: (...args: never[]) => unknown, context: MemberContext & { kind: 'method' }): void
  <This>(field: undefined, context: ClassFieldDecoratorContext<This, TaskSetClass>): void
  (...legacy: LegacyMember): void
}

const notTasks = new Set<string | symbol>(['constructor', 'onStart', 'onStop', 'waitTime', 'context', 'interrupt'])

/** Tells the order in which `@task()`s stand in their file. */
let calls = 0

/**
 * Makes a method a task. On a field that holds a TaskSet class, it makes a nested set. Users pick tasks at random: a task with
 * weight 2 runs twice as often as one with weight 1. In a SequentialTaskSet, the weight repeats the task. Subclasses inherit
 * tasks and may override them.
 *
 *     @task async browse() {}          // weight 1
 *     @task(3) async buy() {}
 *     @task(2) Forum = class extends TaskSet { … }
 *     @task(0) async broken() {}      // switched off
 *
 * @throws KatydidError if the weight is not a number, or is below 0
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
      hint: 'put @task on a method, or on a field whose value is a TaskSet class',
    })
  if (context.private)
    throw new KatydidError('LOAD_FILE', `@task is on ${name}, which is private`, { hint: 'remove the # from its name' })
  if (notTasks.has(context.name))
    throw new KatydidError('LOAD_FILE', `@task is on ${name}, which is not a task: katydid calls it itself`, {
      hint: `put the code into a method with another name, mark that with @task, and call it from ${name}`,
    })
  const declaration = declarationOf(context)
  declaration.weight = taskWeight(weight, `task ${name}`)
  if (order !== undefined) declaration.order = order
}

/** A decorator for tasks, TaskSet classes and user classes. To tag a plain function for `static tasks`, call it: `tag('slow')(pay)`. */
export type TagDecorator = (target: unknown, context?: MemberContext | ClassContext | LegacyMember[1]) => void

interface ClassContext {
  readonly kind: 'class'
  readonly metadata: DecoratorMetadataObject
}

/**
 * Gives tags to a task, or to all tasks of a class. `-T slow` runs only tasks with this tag. `-E slow` leaves them out.
 *
 *     @tag('checkout', 'slow') @task async pay() {}
 *
 * @throws KatydidError without a name, or with an empty name
 */
export function tag(...names: string[]): TagDecorator {
  if (names.length === 0 || names.some((name) => typeof name !== 'string' || name === ''))
    throw new KatydidError('LOAD_FILE', '@tag needs at least one name', { hint: "for example @tag('checkout')" })
  return (target, context) => {
    if (context === undefined && typeof target === 'function') return tagFunction(target, names)
    const given = standardContext<MemberContext | ClassContext>(context, '@tag')
    if (given.kind === 'class') return tagClass(given.metadata, names)
    const member = declarationOf(given)
    member.tags = [...member.tags, ...names]
  }
}

/** A decorator for methods of a MarkovTaskSet. */
export interface TransitionDecorator {
  (method: (...args: never[]) => unknown, context: MemberContext & { kind: 'method' }): void
  (...legacy: LegacyMember): void
}

/**
 * In a MarkovTaskSet: task `to` may follow this task. The weight is relative to the other transitions of this task.
 *
 *     @transition('checkout', 3) async browse() {}
 */
export function transition(to: string, weight = 1): TransitionDecorator {
  return transitions({ [to]: weight })
}

/** Several transitions of one task: `{ index: 2, checkout: 1 }`, or a list: `['index', ['checkout', 3]]`. A name alone has weight 1. */
export function transitions(
  to: Readonly<Record<string, number>> | readonly (string | readonly [string, number])[],
): TransitionDecorator {
  const pairs = Array.isArray(to)
    ? to.map((entry: string | readonly [string, number]) => (typeof entry === 'string' ? ([entry, 1] as const) : entry))
    : Object.entries(to as Record<string, number>)
  return (_method: unknown, given: unknown) => {
    const context = standardContext(given, '@transition')
    const declaration = declarationOf(context)
    declaration.transitions ??= new Map()
    for (const [name, weight] of pairs)
      declaration.transitions.set(name, taskWeight(weight, `the transition from ${String(context.name)} to ${name}`))
  }
}
