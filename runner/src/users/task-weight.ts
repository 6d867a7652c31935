import { KatydidError } from '../errors.ts'

/** A task's weight, checked: any number above 0. */
export function taskWeight(weight: unknown, where: string): number {
  if (typeof weight === 'number' && Number.isFinite(weight) && weight > 0) return weight
  throw new KatydidError('LOAD_FILE', `The weight of ${where} is ${String(weight)}`, {
    hint: 'a weight is a number above 0: how often a task is picked against the others; leave the task out to never run it',
  })
}
