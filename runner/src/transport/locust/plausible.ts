import { redact } from '../../secrets/redactions.ts'

/*
 * What a peer sent in the place of a figure may be anything. What makes no sense is not taken for one: less than nothing, no number, more
 * than could be.
 */

/** Of one name in one report: 20 million a second for three seconds is more than any worker does. Two such multiply exactly. */
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

/** Epoch s, as epoch ms. */
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
