import { KatydidError } from '../errors.ts'
import { quote } from './quote.ts'

/** The text form, for JSON Schema too (RE2). */
export const sizePattern = '^[0-9]+(\\.[0-9]+)?(B|kB|MB|GB|KiB|MiB|GiB)?$'

export const sizeHint = 'use 64KiB, 16MiB, 1GiB, 10MB or a number of bytes'

const unitBytes: Record<string, number> = {
  B: 1,
  kB: 1_000,
  MB: 1_000_000,
  GB: 1_000_000_000,
  KiB: 1_024,
  MiB: 1_048_576,
  GiB: 1_073_741_824,
}

/** `16MiB`, `10MB` or a number, in whole bytes. Throws a KatydidError. */
export function parseSize(text: string | number): number {
  const bytes = typeof text === 'number' ? text : read(text)
  if (bytes === undefined || !(bytes >= 0) || bytes > Number.MAX_SAFE_INTEGER)
    throw new KatydidError('PLAN', `bad size ${quote(text)}`, { hint: sizeHint })
  return Math.round(bytes)
}

function read(text: string): number | undefined {
  const [, amount, unit = 'B'] = /^([0-9]+(?:\.[0-9]+)?)([A-Za-z]*)$/.exec(text) ?? []
  const scale = unitBytes[unit || 'B']
  return amount === undefined || scale === undefined ? undefined : Number(amount) * scale
}
