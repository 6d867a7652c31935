import { KatydidError } from '../errors.ts'

/** A task's weight, checked: 0 switches the task off. */
export function taskWeight(weight: unknown, where: string): number {
  if (typeof weight === 'number' && Number.isFinite(weight) && weight >= 0) return weight
  throw new KatydidError('LOAD_FILE', `The weight of ${where} is ${String(weight)}`, {
    hint: 'a weight is a number, 0 or more: how often a task is picked against the others; 0 switches it off',
  })
}
