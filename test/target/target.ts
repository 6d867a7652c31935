import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { sleep } from './exchange.ts'
import type { TargetCounts } from './request-log.ts'
import type { TargetControl, TargetOptions } from './server.ts'

export type { ServedRequest, TargetCounts } from './request-log.ts'

type Remote<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<R> : never
}

/** A server that counts, in a process of its own: it and the load generator share no event loop. */
export interface Target extends Remote<TargetControl>, AsyncDisposable {
  readonly url: string
  readonly port: number
  /** Once it has got so many requests (1): how long processes take to start says nothing. Rejects after 120 s without them. */
  loaded(requests?: number): Promise<void>
  /** The counts once nothing has arrived for 60 ms: what a run that is over is compared with. */
  settled(): Promise<TargetCounts>
  close(): Promise<void>
}

const open = new Map<string, Target>()

/** The target at that URL forgets what it counted, if there is one. */
export async function resetTarget(url: string | undefined): Promise<void> {
  await open.get(url ?? '')?.reset()
}

/** Starts a target on a free port of 127.0.0.1. */
export async function startTarget(options: TargetOptions = {}): Promise<Target> {
  const child = fork(fileURLToPath(new URL('child.ts', import.meta.url)), [JSON.stringify(options)], {
    execPath: process.execPath,
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const waiting = new Map<number, (result: unknown) => void>()
  let nextId = 0
  const ready = new Promise<{ url: string; port: number }>((resolve, reject) => {
    child.on('message', (message: { ready?: { url: string; port: number }; id?: number; result?: unknown }) => {
      if (message.ready) resolve(message.ready)
      else waiting.get(message.id!)?.(message.result)
    })
    child.once('exit', (code, signal) => {
      reject(new Error(`the target left with ${code ?? signal}`))
      for (const settle of waiting.values()) settle(undefined)
    })
  })
  const call = <T>(method: keyof TargetControl, ...args: number[]) =>
    new Promise<T>((resolve) => {
      const id = nextId++
      waiting.set(id, (result) => {
        waiting.delete(id)
        resolve(result as T)
      })
      child.send({ id, method, args })
    })
  const { url, port } = await ready
  const counts = () => call<TargetCounts>('counts')
  const close = async () => {
    open.delete(url)
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  const target: Target = {
    url,
    port,
    counts,
    log: () => call('log'),
    freeze: (ms) => call('freeze', ms),
    freezeEvery: (everyMs, forMs) => call('freezeEvery', everyMs, forMs),
    hold: (ms) => call('hold', ms),
    reset: () => call('reset'),
    close,
    loaded: async (requests = 1) => {
      const until = performance.now() + 120_000
      for (let { total } = await counts(); total < requests; { total } = await counts()) {
        if (performance.now() > until) throw new Error(`the target got ${total} requests in 120 s, not ${requests}`)
        await sleep(20)
      }
    },
    settled: async () => {
      let seen = await counts()
      for (let round = 0; round < 50; round++) {
        await sleep(60)
        const now = await counts()
        if (now.total === seen.total) return now
        seen = now
      }
      return seen
    },
    [Symbol.asyncDispose]: close,
  }
  open.set(url, target)
  return target
}
