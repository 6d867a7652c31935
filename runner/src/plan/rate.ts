import { KatydidError } from '../errors.ts'
import { quote } from './quote.ts'

/** The text form, for JSON Schema too (RE2). */
export const ratePattern = '^[0-9]+(\\.[0-9]+)?(/(s|m|h))?$'

export const rateHint = 'use 10/s, 600/m, 36000/h or a number per second'

const perSecond: Record<string, number> = { s: 1, m: 60, h: 3_600 }

/** `10/s`, `600/m`, `36000/h` per second; a bare number is per second already. Never negative. Throws a KatydidError. */
export function parseRate(text: string | number): number {
  const rate = typeof text === 'number' ? text : read(text)
  if (rate === undefined || !Number.isFinite(rate) || rate < 0)
    throw new KatydidError('PLAN', `bad rate ${quote(text)}`, { hint: rateHint })
  return rate
}

function read(text: string): number | undefined {
  if (!new RegExp(ratePattern).test(text)) return undefined
  const [amount, unit = 's'] = text.split('/')
  return Number(amount) / (perSecond[unit] as number)
}

/** `10/s`, or per minute or hour where that is the rounder number: what a person would have written. */
export function formatRate(rate: number): string {
  for (const [unit, seconds] of Object.entries(perSecond)) {
    const amount = rate * seconds
    if (amount === 0 || (amount >= 1 && isShort(amount))) return `${trim(amount)}/${unit}`
  }
  return `${Number(rate.toPrecision(3))}/s`
}

function isShort(amount: number): boolean {
  return Math.abs(amount * 10 - Math.round(amount * 10)) < 1e-9 * Math.max(1, amount)
}

function trim(amount: number): number {
  return Math.round(amount * 10) / 10
}
