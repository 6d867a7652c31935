import type { Outcome } from '../errors.ts'

/** Thrown by a task (or `onStart`): this user ends, its `onStop` runs, nobody takes its place. */
export class StopUser extends Error {
  constructor(reason = 'the user stopped itself') {
    super(reason)
    this.name = 'StopUser'
  }
}

/** Thrown anywhere in a user's code: the run ends now, as if its time were over. */
export class StopTest extends Error {
  /** The least the verdict will say: `failed` or `broken` where ending is no success. */
  readonly outcome: Outcome

  constructor(reason = 'a user stopped the run', outcome: Outcome = 'passed') {
    super(reason)
    this.name = 'StopTest'
    this.outcome = outcome
  }
}

/** @internal The run ends, and nobody meant it to: what was left of its load counts as not delivered. */
export class CutShort extends StopTest {}

/** Thrown by a task: another one is picked at once, without a wait. */
export class RescheduleTask extends Error {
  constructor(reason = 'the load file rescheduled the task') {
    super(reason)
    this.name = 'RescheduleTask'
  }
}

/**
 * Thrown inside a task set, by `this.interrupt()`: the set is left. With `reschedule` (the default) the parent picks its next
 * task at once, otherwise after its wait.
 */
export class InterruptTaskSet extends Error {
  readonly reschedule: boolean

  constructor(reschedule = true) {
    super('the load file interrupted the task set')
    this.name = 'InterruptTaskSet'
    this.reschedule = reschedule
  }
}

/** @internal Whether a thrown value says what to do next rather than that something failed. */
export function isControlFlow(error: unknown): boolean {
  return (
    error instanceof StopUser ||
    error instanceof StopTest ||
    error instanceof RescheduleTask ||
    error instanceof InterruptTaskSet
  )
}
