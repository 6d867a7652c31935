import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

const most = 4 * availableParallelism()

/**
 * Waits a moment where far more processes want a core than there are cores: several tests that start their processes at once would make
 * each other's slow.
 */
export async function roomToStart(longestMs = 1_000): Promise<void> {
  const until = performance.now() + longestMs
  while (runnable() > most && performance.now() < until) await sleep(20 + 80 * Math.random())
}

/** How many want a core now; 0 where the system does not say. */
function runnable(): number {
  try {
    return Number(/ (\d+)\/\d+ /.exec(readFileSync('/proc/loadavg', 'utf8'))?.[1])
  } catch {
    return 0
  }
}
