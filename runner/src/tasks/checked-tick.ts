import { KatydidError } from '../errors.ts'
import { maxRate, maxUsers } from '../plan/limits.ts'
import { shownValue } from './shown-value.ts'

/** What a `tick()` asks for, understood. */
export interface CheckedTick {
  /** A whole number. */
  users: number
  /** Users started or stopped a second. */
  spawnRate: number
  /** Names of the only classes that are to have users; undefined: all. */
  classes: readonly string[] | undefined
}

const form = 'return [users, spawnRate] or [users, spawnRate, classes], or null to end the run'

/**
 * Reads what a shape's `tick()` returned; undefined: the run is over. `name` and `atSeconds` go into the sentence.
 *
 * @throws KatydidError HOOK for anything that is no tick, and for numbers that no run can have
 */
export function checkedTick(tick: unknown, name: string, atSeconds: number): CheckedTick | undefined {
  if (tick === undefined || tick === null) return undefined
  const wrong = (hint: string) =>
    new KatydidError('HOOK', `${name}.tick() returned ${shownValue(tick)} at ${atSeconds} s`, { hint })
  if (isThenable(tick)) {
    tick.then(undefined, () => {}) // what it rejects with is not the fault that counts
    throw wrong(`tick() must not be async: katydid calls it once per second and needs its result at once; ${form}`)
  }
  if (!Array.isArray(tick) || tick.length < 2 || tick.length > 3) throw wrong(form)
  const [users, spawnRate, classes] = tick as unknown[]
  if (!isNumber(users) || users < 0) throw wrong(`users must be a number, 0 or more; ${form}`)
  if (users > maxUsers) throw wrong(`users must be at most ${maxUsers.toLocaleString('en')}`)
  if (!isNumber(spawnRate) || spawnRate <= 0)
    throw wrong(`spawnRate must be a number above 0, in users per second; ${form}`)
  if (spawnRate > maxRate) throw wrong(`spawnRate must be at most ${maxRate.toLocaleString('en')} users per second`)
  return { users: Math.round(users), spawnRate, classes: classNames(classes, wrong) }
}

function classNames(classes: unknown, wrong: (hint: string) => Error): string[] | undefined {
  if (classes === undefined || classes === null) return undefined
  const hint = "classes must be a list of user classes or of their names: [10, 2, [Shopper, 'Visitor']]"
  if (!Array.isArray(classes) || classes.length === 0) throw wrong(hint)
  return classes.map((entry: unknown) => {
    const name = typeof entry === 'function' ? entry.name : entry
    if (typeof name !== 'string' || name === '') throw wrong(hint)
    return name
  })
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}
