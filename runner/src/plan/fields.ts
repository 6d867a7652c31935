import { z } from 'zod'
import { KatydidError } from '../errors.ts'
import { durationHint, durationPattern, parseDuration } from './duration.ts'
import { maxRate } from './limits.ts'
import { parseRate, rateHint, ratePattern } from './rate.ts'
import { parseRatio, ratioHint, ratioPattern } from './ratio.ts'
import { parseSize, sizeHint, sizePattern } from './size.ts'

/*
 * What a field of a values file may be. The `error` of each says what is allowed, as the end of "must be …": `mistakes.ts` makes
 * sentences of them.
 */

interface Limits {
  /** The parsed value must be above 0. */
  positive?: boolean
  max?: number
}

/** Text or number on the way in, ms on the way out. */
export const duration = (limits: Limits = {}) =>
  quantity(parseDuration, { name: 'duration', hint: durationHint, pattern: durationPattern, ...limits })

/** Text or number on the way in, per second on the way out. */
export const rate = (limits: Limits = {}) =>
  quantity(parseRate, { name: 'rate', hint: rateHint, pattern: ratePattern, max: maxRate, ...limits })

export const ratio = () => quantity(parseRatio, { name: 'ratio', hint: ratioHint, pattern: ratioPattern })

/** Text or number on the way in, bytes on the way out. */
export const size = (limits: Limits = {}) =>
  quantity(parseSize, { name: 'size', hint: sizeHint, pattern: sizePattern, ...limits })

export function wholeNumber(min: number, max: number) {
  const error = `a whole number from ${min} to ${max.toLocaleString('en')}`
  return z.number({ error }).int({ error }).min(min, { error }).max(max, { error })
}

export const flag = () => z.boolean({ error: 'true or false' })

export const text = (what: string) => z.string({ error: what }).min(1, { error: what })

export const names = (what: string) => z.array(text(what), { error: `a list, each ${what}` })

interface Quantity extends Limits {
  name: string
  hint: string
  pattern: string
}

function quantity(parse: (text: string | number) => number, { name, hint, pattern, positive, max }: Quantity) {
  const number = z.number({ error: hint }).meta(positive ? { exclusiveMinimum: 0 } : { minimum: 0 })
  // one digit that is not 0
  const string = z.string().meta(positive ? { pattern, allOf: [{ pattern: '[1-9]' }] } : { pattern })
  const input = z.union([string, number], { error: `a ${name}: ${hint}` })
  return input.transform((given, context) => {
    const refuse = (message: string) => {
      context.issues.push({ code: 'custom', message, input: given })
      return z.NEVER
    }
    try {
      const value = parse(given)
      if (positive && value === 0) return refuse(`must be more than 0, not ${given}`)
      if (max !== undefined && value > max) return refuse(`must be at most ${max.toLocaleString('en')}, not ${given}`)
      return value
    } catch (error) {
      if (!(error instanceof KatydidError)) throw error
      return refuse(`${error.message}: ${error.hint}`)
    }
  })
}
