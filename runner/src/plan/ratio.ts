import { KatydidError } from '../errors.ts'
import { quote } from './quote.ts'

/** The text form, for JSON Schema too (RE2). */
export const ratioPattern = '^[0-9]+(\\.[0-9]+)?%?$'

export const ratioHint = 'use 1%, 0.5% or a number from 0 to 1'

/** `1%` or `0.01` as 0..1. Throws a KatydidError. */
export function parseRatio(text: string | number): number {
  const ratio = typeof text === 'number' ? text : read(text)
  if (ratio === undefined || !(ratio >= 0 && ratio <= 1))
    throw new KatydidError('PLAN', `bad ratio ${quote(text)}`, { hint: ratioHint })
  return ratio
}

function read(text: string): number | undefined {
  if (!new RegExp(ratioPattern).test(text)) return undefined
  return text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text)
}
