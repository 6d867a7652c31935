import type { EventKind } from '../../facts/run-event.ts'
import { formatSpan } from '../../stats/format.ts'
import type { WakeableSleep } from '../wakeable-sleep.ts'
import { absentIndexes } from './absent-indexes.ts'
import type { Roster } from './roster.ts'

export interface WaitForWorkersOptions {
  roster: Roster
  /** How many workers must have come before the run begins, and how long they may take. */
  expect: number
  maxWaitMs: number
  /** Workers of a pod, where that is said; left out: one. */
  perPod?: number | undefined
  sleep: WakeableSleep
  isStopped(): boolean
  event(kind: EventKind, text: string): void
}

/** Waits for the workers. False where those that are needed did not come, or are not the run's first. */
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
 * A master whose pod is lost with all that it had is started again and knows nothing of its run. Its workers gave it up and were replaced: that
 * all who come now stand in for workers this process never met is what there is to know it by.
 */
function isOfAnEarlierMaster({ available }: Roster, event: WaitForWorkersOptions['event']): boolean {
  if (available.length === 0 || !available.every(({ replacesUnknown }) => replacesUnknown)) return false
  const text =
    'master restarted: every worker stands in for one that failed before this master was there, so the run may have begun already'
  event('master_restarted', text)
  return true
}
