import type { Runtime } from '../environment/environment.ts'
import { KatydidError } from '../errors.ts'

/**
 * Authors of load files write classes without constructors, so what a new user or task set belongs to cannot be handed over as
 * an argument. It lies here while the constructor runs; the base class takes it, once.
 */
let pendingRuntime: Runtime | undefined
let pendingParent: object | undefined

export function constructUser<User>(userClass: new () => User, runtime: Runtime): User {
  pendingRuntime = runtime
  try {
    return new userClass()
  } finally {
    pendingRuntime = undefined
  }
}

/** A task set of a user or of another set. */
export function constructWithin<TaskSet>(parent: object, taskSetClass: new () => TaskSet): TaskSet {
  pendingParent = parent
  try {
    return new taskSetClass()
  } finally {
    pendingParent = undefined
  }
}

export function takeRuntime(made: object): Runtime {
  const runtime = pendingRuntime
  pendingRuntime = undefined
  return runtime ?? madeByHand(made)
}

export function takeParent(made: object): object {
  const parent = pendingParent
  pendingParent = undefined
  return parent ?? madeByHand(made)
}

function madeByHand(made: object): never {
  throw new KatydidError('LOAD_FILE', `the load file creates a ${made.constructor.name} with new`, {
    hint: 'katydid creates users and task sets itself: export the user classes, and list task sets in tasks',
  })
}
