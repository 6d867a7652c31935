import type { Outcome } from '../errors.ts'

/**
 * Throw it in a task or in `onStart` to end this user. Its `onStop` runs. No other user replaces it.
 *
 *     if (page.status === 410) throw new StopUser('the account is closed')
 */
export class StopUser extends Error {
  constructor(reason = 'the user stopped itself') {
    super(reason)
    this.name = 'StopUser'
  }
}

/**
 * Throw it in a task, in `onStart`, `onStop` or a listener to end the run now, as if its run time were over.
 *
 *     throw new StopTest('the shop is closed', 'failed')
 */
export class StopTest extends Error {
  /** The verdict is at least this bad: `passed` (the default), `failed` or `broken`. */
  readonly outcome: Outcome

  constructor(reason = 'a user stopped the run', outcome: Outcome = 'passed') {
    super(reason)
    this.name = 'StopTest'
    this.outcome = outcome
  }
}

/** @internal The run ends, and nobody meant it to: what was left of its load counts as not delivered. */
export class CutShort extends StopTest {}

/** Throw it in a task: the user picks another task at once, without a wait. */
export class RescheduleTask extends Error {
  constructor(reason = 'the load file rescheduled the task') {
    super(reason)
    this.name = 'RescheduleTask'
  }
}

/**
 * The user leaves the task set whose task throws this error. `this.interrupt()` throws it. With `reschedule` (the default), the
 * parent picks its next task at once. Without it, the parent waits first.
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
