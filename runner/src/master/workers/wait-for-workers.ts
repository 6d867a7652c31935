import type { EventKind } from '../../facts/run-event.ts'
import { formatSpan } from '../../stats/format.ts'
import type { Pause } from '../wakeable-sleep.ts'
import { absentIndexes } from './absent-indexes.ts'
import type { Roster } from './roster.ts'

export interface GatheringOptions {
  roster: Roster
  /** How many workers must have come before the run begins, and how long they may take. */
  expect: number
  maxWaitMs: number
  /** Workers of a pod, where that is said; left out: one. */
  perPod?: number | undefined
  pause: Pause
  isStopped(): boolean
  event(kind: EventKind, text: string): void
}

/** Waits for the workers. False where those that are needed did not come, or are not the run's first. */
export async function gather({
  roster,
  expect,
  maxWaitMs,
  perPod,
  pause,
  isStopped,
  event,
}: GatheringOptions): Promise<boolean> {
  const since = performance.now()
  const missing = () => roster.active.some(({ classes }) => classes.length === 0) || roster.takers.length < expect
  while (missing() && !isStopped()) {
    const leftMs = maxWaitMs - (performance.now() - since)
    if (leftMs <= 0) {
      event('workers_missing', whoIsMissing(roster, expect, maxWaitMs, perPod))
      return false
    }
    await pause.for(Math.min(leftMs, 1_000))
  }
  return !isOfAnEarlierMaster(roster, event)
}

function whoIsMissing({ takers }: Roster, expect: number, maxWaitMs: number, perPod?: number): string {
  const ids = takers.map(({ id }) => id)
  const absent = absentIndexes(ids, expect, perPod)
  const there = `there are ${ids.join(', ')}${absent === '' ? '' : `; missing are ${absent}`}`
  const came = ids.length === 0 ? `none came; missing: ${absent}` : there
  return `${ids.length} of ${expect} expected workers came within ${formatSpan(maxWaitMs)}: ${came}`
}

/**
 * A master whose pod is lost with all that it had is started again and knows nothing of its run. Its workers gave it up and were replaced: that
 * all who come now stand in for workers this process never met is what there is to know it by.
 */
function isOfAnEarlierMaster({ takers }: Roster, event: GatheringOptions['event']): boolean {
  if (takers.length === 0 || !takers.every(({ replacesUnmet }) => replacesUnmet)) return false
  const text =
    'master restarted: every worker stands in for one that failed before this master was there, so the run may have begun already'
  event('master_restarted', text)
  return true
}
