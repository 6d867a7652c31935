import { inspect } from 'node:util'
import { errorName } from '../stats/error-name.ts'
import { failureKindOf } from '../stats/failure-kind.ts'
import type { Meter, Schedule } from '../stats/meter.ts'
import type { Waiter } from '../stats/under-way.ts'
import { isControlFlow } from './control-flow.ts'
import type { Measured } from './environment.ts'

/** Whoever measures, as far as it matters: when its iteration should have begun, and whether the run has given it up. */
export interface Measuring {
  readonly schedule: Schedule
  readonly aborted: boolean
  /** How much is under way, and how much was begun. */
  measuring: number
  measured: number
}

/** Runs and records: see `Environment.measure`. */
export async function measureInto<T>(
  meter: Meter,
  what: Measured<T>,
  run: () => T | Promise<T>,
  user?: Measuring,
): Promise<T> {
  const { type, name } = what
  if (typeof type !== 'string' || typeof name !== 'string' || name === '')
    throw new TypeError(
      `measure() got ${inspect({ type, name })}: give it a type and a name, both text, for example measure({ type: 'SQL', name: 'orders' }, () => …)`,
    )
  const intendedAt = user?.schedule.take() ?? Number.NaN
  const startedAt = meter.now()
  const waiter: Waiter = { method: type, name, startedAt }
  meter.underWay.begin(waiter)
  if (user) {
    user.measuring++
    user.measured++
  }
  try {
    const result = await run()
    if (meter.underWay.end(waiter))
      meter.record(type, name, startedAt, meter.now(), intendedAt, what.bytes?.(result) ?? 0)
    return result
  } catch (error) {
    if (!meter.underWay.end(waiter)) throw error
    if (user?.aborted) meter.recorder.request(type, name).abort(meter.now() - startedAt)
    else if (isControlFlow(error)) meter.record(type, name, startedAt, meter.now(), intendedAt, 0)
    else
      meter.record(
        type,
        name,
        startedAt,
        meter.now(),
        intendedAt,
        0,
        errorName(error),
        { exception: error },
        failureKindOf(error),
      )
    throw error
  } finally {
    if (user) user.measuring--
  }
}
