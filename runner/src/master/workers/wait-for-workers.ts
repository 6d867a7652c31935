import type { EventKind } from '../../facts/run-event.ts'
import { formatSpan } from '../../stats/format.ts'
import type { WakeableSleep } from '../wakeable-sleep.ts'
import type { Roster } from './roster.ts'

export interface WaitForWorkersOptions {
  roster: Roster
  /** How many workers must join before the run begins, and how long they may take. */
  expect: number
  maxWaitMs: number
  /** How many workers each pod has. Left out: one. */
  perPod?: number | undefined
  sleep: WakeableSleep
  isStopped(): boolean
  event(kind: EventKind, text: string): void
}

/** Waits for the workers. False if not enough came, or if they are replacements from an earlier master's run. */
export async function waitForWorkers({
  roster,
  expect,
  maxWaitMs,
  perPod,
  sleep,
  isStopped,
  event,
}: WaitForWorkersOptions): Promise<boolean> {
  const since = performance.now()
  const missing = () => roster.present.some(({ classes }) => classes.length === 0) || roster.available.length < expect
  while (missing() && !isStopped()) {
    const leftMs = maxWaitMs - (performance.now() - since)
    if (leftMs <= 0) {
      event('workers_missing', whoIsMissing(roster, expect, maxWaitMs, perPod))
      return false
    }
    await sleep.for(Math.min(leftMs, 1_000))
  }
  return !isOfAnEarlierMaster(roster, event)
}

function whoIsMissing({ available }: Roster, expect: number, maxWaitMs: number, perPod?: number): string {
  const ids = available.map(({ id }) => id)
  const absent = absentIndexes(ids, expect, perPod)
  const there = `there are ${ids.join(', ')}${absent === '' ? '' : `; missing are ${absent}`}`
  const came = ids.length === 0 ? `none came; missing: ${absent}` : there
  return `${ids.length} of ${expect} expected workers came within ${formatSpan(maxWaitMs)}: ${came}`
}

/**
 * A master whose pod was lost starts again and knows nothing of its run. By then its workers have left and were replaced. It recognizes this when every
 * worker that comes replaces one that it never met.
 */
function isOfAnEarlierMaster({ available }: Roster, event: WaitForWorkersOptions['event']): boolean {
  if (available.length === 0 || !available.every(({ replacesUnknown }) => replacesUnknown)) return false
  const text =
    'master restarted: every worker replaces one that failed before this master started, so the run may have begun already'
  event('master_restarted', text)
  return true
}

/**
 * Which pods of an Indexed Job have not come, by the host names at the beginning of the ids that came (`shop-workers-3_…`). For example
 * `shop-workers-0, shop-workers-2 to shop-workers-9`, or `shop-workers-1 (1 of 2 came)` for a pod with several workers. If none came, their name is
 * unknown and only indexes are listed: `0-9`. Empty if the ids are not of an Indexed Job.
 *
 * @tested its forms, without waiting for workers
 */
export function absentIndexes(ids: readonly string[], expected: number, perPod = 1): string {
  const pods = Math.ceil(expected / perPod)
  if (ids.length === 0) return pods === 1 ? '0' : `0-${pods - 1}`
  const names = ids.map((id) => /^(.*)-(\d+)_/.exec(id))
  const [first] = names
  if (!first || names.some((name) => name?.[1] !== first[1])) return ''
  const came = Array.from({ length: pods }, () => 0)
  for (const name of names) {
    const index = Number(name?.[2])
    if (index < pods) came[index]! += 1
  }
  const pod = (index: number) => `${first[1]}-${index}`
  return stretches(came)
    .filter(({ count }) => count < perPod)
    .flatMap(({ from, to, count }) => {
      if (count > 0)
        return Array.from({ length: to - from + 1 }, (_, i) => `${pod(from + i)} (${count} of ${perPod} came)`)
      return from === to ? pod(from) : `${pod(from)} to ${pod(to)}`
    })
    .join(', ')
}

/** Groups neighbours of which equally many came. */
function stretches(came: readonly number[]): { from: number; to: number; count: number }[] {
  const found: { from: number; to: number; count: number }[] = []
  for (const [index, count] of came.entries()) {
    const last = found.at(-1)
    if (last?.count === count) last.to = index
    else found.push({ from: index, to: index, count })
  }
  return found
}
