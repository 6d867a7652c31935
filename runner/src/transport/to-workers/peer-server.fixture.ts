import { pack } from '../katydid/packing.ts'
import { protocol } from '../katydid/wire.ts'
import { decodeFrame, type Frame } from '../locust/decode.ts'
import { type Encodable, encode } from '../locust/encode.ts'
import type { ToMaster, ToWorker } from '../messages.ts'
import { type JoinedWorker, PeerServer, type PeerServerOptions } from './peer-server.ts'

/** A server whose wire is a list, and whose time is moved by hand. */
export function rig(more: Partial<PeerServerOptions> = {}) {
  let now = 1_000
  const sent: [id: string, frame: Frame][] = []
  const joined: JoinedWorker[] = []
  const heard: [id: string, message: ToMaster][] = []
  const events: string[] = []
  const warnings: string[] = []
  const server = new PeerServer({
    run: 'this run',
    fileHash: 'h',
    job: pack({ type: 'quit' }),
    classes: [{ name: 'Carrier', weight: 2, fixedCount: 0 }],
    extras: { host: 'http://h', stopTimeoutS: 1, parsedOptions: { tenant: 'blue' } },
    transmit: (id, bytes) => sent.push([id, decodeFrame(bytes)]),
    onWorker: (worker) => {
      joined.push(worker)
      worker.link.receive((message) => heard.push([worker.id, message]))
    },
    onEvent: (kind, text) => events.push(`${kind}: ${text}`),
    log: { info: () => {}, warn: (text: string) => void warnings.push(text), error: () => {} } as never,
    now: () => now,
    ...more,
  })
  const say = (id: string, type: string, data: Encodable = null, nodeId = id) =>
    server.receive(id, encode([type, data, nodeId]))
  const answers = (id: string) => sent.filter(([to]) => to === id).map(([, { type, data }]) => [type, data])
  const nodeIds = (id: string) => sent.filter(([to]) => to === id).map(([, { nodeId }]) => nodeId)
  const order = (message: ToWorker, worker = joined[0]) => worker?.link.send(message)
  return {
    server,
    joined,
    events,
    warnings,
    say,
    answers,
    nodeIds,
    order,
    heard: (type?: ToMaster['type']) => heard.map(([, message]) => message).filter((m) => !type || m.type === type),
    now: () => now,
    wait: (ms: number) => {
      now += ms
      server.tick()
    },
  }
}

export const beat = (more: Record<string, Encodable> = {}) => ({
  state: 'ready',
  current_cpu_usage: 1.5,
  current_memory_usage: 7,
  ...more,
})
export const acceptance = (more: Record<string, Encodable> = {}) => ({
  protocol,
  instance: 'i',
  ack: 0,
  at: 5,
  ...more,
})
