import { parentPort, workerData } from 'node:worker_threads'
import type { WorkerState } from '../messages.ts'
import { WorkerSession, type WorkerSessionOptions } from '../to-master/worker-session.ts'
import { type DealerOptions, DealerSocket } from './dealer-socket.ts'

/*
 * The thread that owns a worker's socket, so that heartbeats go on while a task blocks the main thread. Bodies and frames pass through as
 * bytes.
 */

/** What the thread is started with. */
export interface ThreadOptions
  extends DealerOptions,
    Pick<WorkerSessionOptions, 'instance' | 'retry' | 'place' | 'token' | 'hash' | 'limits'> {
  /** Becomes 1 when the socket is closed; threads that wait for it are woken. */
  closed: Int32Array
}

/** What the main thread tells this one. */
export type ThreadOrder =
  | { type: 'send'; body: Uint8Array }
  | { type: 'frame'; bytes: Uint8Array }
  | { type: 'state'; state: WorkerState }
  /** Leave when everything is acknowledged, or after `graceMs` and a round trip. */
  | { type: 'close'; graceMs: number }
  /** The process ends now. */
  | { type: 'abandon' }

const tickMs = 100
const port = parentPort
if (!port) throw new Error('this file is run by socket-host.ts, as a thread')
const {
  id,
  host,
  port: masterPort,
  key,
  instance,
  retry,
  place,
  token,
  hash,
  limits,
  closed,
} = workerData as ThreadOptions

const socket = new DealerSocket({
  id,
  host,
  port: masterPort,
  key,
  onTrouble: (text) => port.postMessage({ type: 'trouble', text }),
})
let cpu = process.cpuUsage()
let measuredAt = performance.now()
const session = new WorkerSession({
  id,
  instance,
  retry,
  place,
  token,
  hash,
  limits,
  transmit: (bytes) => socket.send(bytes),
  tell: (news) => port.postMessage(news),
  reconnect: () => socket.reconnect(),
  isShakingHands: () => socket.isShakingHands,
  handshakeRoundTripMs: () => socket.handshakeRoundTripMs,
  usage: () => {
    const used = process.cpuUsage(cpu)
    const elapsedMs = Math.max(1, performance.now() - measuredAt)
    cpu = process.cpuUsage()
    measuredAt = performance.now()
    return { cpuPercent: (used.user + used.system) / 10 / elapsedMs, rssBytes: process.memoryUsage.rss() }
  },
})
const timer = setInterval(() => session.tick(), tickMs)
session.tick()

port.on('message', (order: ThreadOrder) => {
  switch (order.type) {
    case 'send':
      return session.send(order.body)
    case 'frame':
      return session.sendFrame(order.bytes)
    case 'state':
      session.state = order.state
      return
    case 'close':
      void close(order.graceMs)
      return
    case 'abandon':
      clearInterval(timer)
      socket.abandon()
      port.close()
  }
})

async function close(graceMs: number): Promise<void> {
  const since = performance.now()
  while (session.pending > 0 && performance.now() - since < graceMs + session.roundTripMs)
    await new Promise((resolve) => setTimeout(resolve, 20))
  clearInterval(timer)
  await socket.close()
  port?.postMessage({ type: 'closed', pending: session.pending })
  port?.close()
}

await socket.receive((bytes) => session.receive(bytes))
Atomics.store(closed, 0, 1)
Atomics.notify(closed, 0)
