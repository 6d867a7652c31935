import { setImmediate as nextTurn } from 'node:timers/promises'
import type { UserLoop } from './user-loop.ts'

/** What aborted users get to notice, and their `onStop` to run, before they are no longer waited for. */
const graceMs = 500
const stopsPerTurn = 500

/**
 * Ends users: at once those that wait, after their task those that are in one. Who has not ended by `timeoutMs` is aborted; who
 * does not notice that either is given up, with `onStop` run beside it, at most a second later.
 */
export async function retire(loops: readonly UserLoop[], timeoutMs: number): Promise<void> {
  for (const [i, loop] of loops.entries()) {
    loop.stop()
    if (i % stopsPerTurn === stopsPerTurn - 1) await nextTurn()
  }
  if (await allEnd(loops, timeoutMs)) return
  for (const loop of alive(loops)) loop.abort()
  if (await allEnd(loops, graceMs)) return
  for (const loop of alive(loops)) loop.abandon()
  if (await allEnd(loops, graceMs)) return
  for (const loop of alive(loops)) loop.drop()
}

function alive(loops: readonly UserLoop[]): UserLoop[] {
  return loops.filter((loop) => !loop.ended)
}

async function allEnd(loops: readonly UserLoop[], withinMs: number): Promise<boolean> {
  const waiting = alive(loops)
  if (waiting.length === 0) return true
  let timer: NodeJS.Timeout | undefined
  const time = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.min(withinMs, 2 ** 31 - 1))
  })
  await Promise.race([Promise.all(waiting.map((loop) => loop.done)), time])
  clearTimeout(timer)
  return alive(waiting).length === 0
}
