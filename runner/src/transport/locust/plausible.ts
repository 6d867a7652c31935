import { redact } from '../../secrets/redactions.ts'

/*
 * A peer may send anything in the place of a number. Values that make no sense are ignored: negative ones, ones that are no number, and
 * ones that are too large.
 */

/** The largest count of one name in one report: 20 million a second for three seconds is more than any worker does. The product of two is exact. */
const mostCount = 2 ** 26
/** 2^40 ms are 35 years. */
const mostMs = 2 ** 40

/** Requests, failures, users. */
export function countOf(value: unknown): number {
  return within(value, mostCount) ? Math.round(value) : 0
}

export function bytesOf(value: unknown): number {
  return within(value, Number.MAX_SAFE_INTEGER) ? Math.round(value) : 0
}

export function msOf(value: unknown): number | undefined {
  return within(value, mostMs) ? value : undefined
}

/** Reads epoch s, returns epoch ms. */
export function timeOf(value: unknown): number | undefined {
  return within(value, mostMs) && value > 0 ? value * 1_000 : undefined
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? redact(value).slice(0, longestText) : undefined
}

const longestText = 2_000

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
}

function within(value: unknown, most: number): value is number {
  return typeof value === 'number' && value >= 0 && value <= most
}
