import { formatRate } from '../plan/rate.ts'
import type { Capped } from '../stats/recorder.ts'

/** What a worker says of limits that are reached: what it means for the numbers, and what to do. */

export function capText(what: Capped, maxNames: number): string {
  return what === 'names' ? `more than ${maxNames} request names: the rest is counted as (other)` : capTexts[what]
}

const capTexts: Record<Exclude<Capped, 'names'>, string> = {
  errors: 'too many different errors: the rest is counted as (other); leave ids and other values out of their texts',
  exceptions:
    'too many different exceptions: the rest is counted as (other); leave ids and other values out of messages',
  metrics: 'too many metrics: the rest is counted as (other …); leave ids and other values out of their names',
}

export const fileLimitText =
  'this process has as many connections open as it may have files (ulimit -n): further requests fail with EMFILE; raise the limit, use more workers, or http.keepAlive: false'

/** @param maxRps requests per second, of all workers */
export function guardText(maxRps: number): string {
  return `guard.maxRps ${formatRate(maxRps)} is reached: requests wait for their turn`
}

export function unknownNameText(name: string, code: string): string {
  return `the name ${name} cannot be looked up (${code}): is it spelt right, and may this machine or pod reach its name servers?`
}
