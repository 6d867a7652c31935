import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../log.ts'

export interface NameWatch {
  host: string
  log: Pick<Log, 'info' | 'warn' | 'error'>
  /** Called when the name could not be looked up for so long, in ms; left out: never. */
  giveUp?: { afterMs: number; leave: () => void } | undefined
  /** Ends the watching. */
  signal: AbortSignal
  /** For tests. */
  resolve?: (host: string) => Promise<unknown>
  againMs?: number
  now?: () => number
}

/**
 * Says it when the name of the master cannot be looked up, and when it can: a socket of ZeroMQ tries again for ever, and is silent about it. Resolves once
 * the name is known, or nobody wants to know any more.
 */
export async function watchName(watch: NameWatch): Promise<void> {
  const { host, log, giveUp, signal, resolve = lookup, againMs = 2_000, now = () => performance.now() } = watch
  if (isIP(host) !== 0) return
  const begunAt = now()
  let told = false
  while (!signal.aborted) {
    const code = await resolve(host).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error.code ?? error.message,
    )
    if (signal.aborted) return
    if (code === undefined) {
      if (told) log.info(`the name ${host} is resolved now`)
      return
    }
    const text = `cannot resolve the name ${host} (${code}): check its spelling, and check that this machine or pod can reach its DNS servers`
    if (giveUp && now() - begunAt >= giveUp.afterMs) {
      log.error(text)
      giveUp.leave()
      return
    }
    if (!told) log.warn(text)
    told = true
    await sleep(againMs, undefined, { signal }).catch(() => {})
  }
}
