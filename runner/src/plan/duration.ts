import { KatydidError } from '../errors.ts'
import { quote } from './quote.ts'

/** The text form, for JSON Schema too: Helm compiles it with RE2, so there are no look-aheads in it. */
export const durationPattern = '^([0-9]+(\\.[0-9]+)?(ms|s|m|h|d))+$|^[0-9]+(\\.[0-9]+)?$'

export const durationHint = 'use 90s, 5m, 1h30m, 7d'

const unitMs = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const
type Unit = keyof typeof unitMs
const unitsDown = Object.keys(unitMs) as Unit[]
const maxMs = 3_650 * unitMs.d

/**
 * `90s`, `5m`, `1h30m`, `7d`, `500ms` in ms; a bare number is seconds, as Locust's `-t 300`. Exact to a microsecond.
 * Throws a KatydidError.
 */
export function parseDuration(text: string | number): number {
  const ms = typeof text === 'number' ? text * unitMs.s : sum(text)
  if (ms === undefined || !Number.isFinite(ms) || ms < 0)
    throw new KatydidError('PLAN', `bad duration ${quote(text)}`, { hint: durationHint })
  if (ms > maxMs)
    throw new KatydidError('PLAN', `bad duration ${quote(text)}: it is longer than ten years`, {
      hint: durationHint,
    })
  return Math.round(ms * 1_000) / 1_000
}

function sum(text: string): number | undefined {
  if (!new RegExp(durationPattern).test(text)) return undefined
  if (/[0-9.]$/.test(text)) return Number(text) * unitMs.s
  let total = 0
  let last = -1
  for (const [, amount, unit] of text.matchAll(/([0-9.]+)(ms|s|m|h|d)/g)) {
    const rank = unitsDown.indexOf(unit as Unit)
    if (rank <= last) return undefined // 30m1h, 5m5m: more likely a slip than meant
    last = rank
    total += Number(amount) * unitMs[unit as Unit]
  }
  return total
}

/** The shortest text that `parseDuration` reads back: `1h30m`, `500ms`, `0s`. */
export function formatDuration(ms: number): string {
  let leftUs = Math.round(ms * 1_000)
  let text = ''
  for (const unit of unitsDown) {
    const unitUs = unitMs[unit] * 1_000
    const amount = unit === 'ms' ? leftUs / unitUs : Math.floor(leftUs / unitUs)
    if (amount === 0) continue
    text += `${amount}${unit}`
    leftUs -= amount * unitUs
  }
  return text || '0s'
}
