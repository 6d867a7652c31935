import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pack, unpackToMaster, unpackToWorker } from '../katydid/packing.ts'
import { linkContract } from '../link.contract.ts'
import type { Link } from '../link.ts'
import type { ToMaster, ToWorker, WorkerState } from '../messages.ts'
import { PeerServer } from '../to-workers/peer-server.ts'
import { RouterSocket } from '../zmq/router-socket.ts'
import { SocketHost } from '../zmq/socket-host.ts'
import { KatydidMasterLink } from './katydid-master-link.ts'

/** A link whose line is a list. */
function rig() {
  const line: (ToMaster | WorkerState)[] = []
  const link = new KatydidMasterLink({
    send: (body) => line.push(unpackToMaster(body)),
    state: (state) => line.push(state),
  })
  return { line, link }
}

const start = (startedAtEpochMs: number): ToWorker => ({ type: 'start', startedAtEpochMs, setupData: 7 })

test('what a worker says goes out in order, and what that makes it is said first', () => {
  const { line, link } = rig()
  const messages: ToMaster[] = [
    { type: 'client_ready', version: '1', classes: [{ name: 'U', weight: 1, fixedCount: 0 }] },
    { type: 'spawning' },
    { type: 'spawning_complete', users: { U: 2 } },
    { type: 'stats', intervals: [] },
    { type: 'client_stopped' },
    { type: 'quit' },
  ]
  for (const message of messages) link.send(message)
  const [ready, spawning, complete, stats, stopped, quit] = messages
  assert.deepEqual(line, [ready, 'spawning', spawning, 'running', complete, stats, 'ready', stopped, quit])
})

test('a message that is larger than the master takes is refused where it is sent; a report goes in parts, and says what it leaves out', () => {
  const bodies: Uint8Array[] = []
  const told: string[] = []
  const link = new KatydidMasterLink(
    { send: (body) => bodies.push(body), state() {} },
    (text) => told.push(text),
    2_000,
  )
  assert.throws(
    () => link.send({ type: 'message', name: 'all', data: 'x'.repeat(34e6) }),
    /^KatydidError: the data of environment\.send\(\) has 34 MB, but the limit for a message to the master is 33\.5 MB$/,
  )
  for (const message of [
    { type: 'event', kind: 'warning', text: 'x'.repeat(34e6) },
    { type: 'stop_request', outcome: 'failed', reason: 'x'.repeat(34e6) },
  ] as const)
    link.send(message)
  assert.ok(
    bodies.splice(0).every(({ length }) => length > 4_000 && length < 5_000),
    'a sentence is told in part',
  )
  told.length = 0
  const stats = { requests: [], errors: [], metrics: [] }
  const exceptions = ['a', 'b', 'c'.repeat(3_000)].map((message) => ({
    ...{ message: message.padEnd(1_500, '.'), traceback: '', count: 1, firstSeen: 1, lastSeen: 1 },
  }))
  link.send({
    type: 'stats',
    intervals: [{ second: 4, durationMs: 1_000, users: {}, stats: { ...stats, exceptions } }],
  })
  const came = bodies.map(unpackToMaster)
  assert.deepEqual(
    came.map((message) => (message.type === 'stats' ? message.intervals[0]?.stats.exceptions.length : message.type)),
    [1, 1, 'event', 0],
  )
  assert.match(
    told.join(),
    /^a worker could not report everything that it measured: one of its exceptions in second 4 is larger/,
  )
})

test('what comes before there is a receiver is kept for it, in order', () => {
  const { link } = rig()
  const taken: ToWorker[] = []
  const [first, second, third]: ToWorker[] = [start(5), { type: 'stop' }, { type: 'quit' }]
  for (const message of [first, second]) link.take(message as ToWorker)
  link.receive((message) => taken.push(message))
  link.take(third as ToWorker)
  assert.deepEqual(taken, [first, second, third])
  link.receive((message) => taken.push(message))
  assert.equal(taken.length, 3)
})

test('a run’s start is told in the worker’s own time, by what is known of the clocks when it is taken', () => {
  const { link } = rig()
  const message = start(60_000)
  link.take(message)
  link.clockOffsetMs = 45_000
  const taken: ToWorker[] = []
  link.receive((message) => taken.push(message))
  link.clockOffsetMs = -500
  link.take(message)
  assert.deepEqual(taken, [start(15_000), start(60_500)])
})

test('a worker that closes it has left', () => {
  const { line, link } = rig()
  link.close()
  const reasons: string[] = []
  link.closed((reason) => reasons.push(reason))
  link.close()
  assert.deepEqual([reasons, line], [['left'], []])
})

linkContract('a worker’s link to a katydid master', async () => {
  const [worker, master, hangUp] = await joined()
  return [spoken(worker), spoken(master, hangUp)]
})

/** Both ends of the way between a worker and its master, over sockets; the third closes these. */
async function joined(): Promise<[Link<ToMaster, ToWorker>, Link<ToWorker, ToMaster>, () => Promise<unknown>]> {
  const router = await RouterSocket.bind({ host: '127.0.0.1', port: 0 })
  const arrival = Promise.withResolvers<Link<ToWorker, ToMaster>>()
  const server = new PeerServer({
    run: 'r',
    fileHash: 'h',
    job: pack({ type: 'ack', index: 0 }),
    classes: [],
    extras: { host: undefined, stopTimeoutS: 1, parsedOptions: {} },
    transmit: (id, bytes) => router.send(id, bytes),
    onWorker: ({ link }) => arrival.resolve(link),
    onEvent: () => {},
    log: { info: () => {}, warn: () => {}, error: () => {} },
  })
  void router.receive((id, bytes) => server.receive(id, bytes))
  const host = new SocketHost({ id: 'w', instance: 'i', host: '127.0.0.1', port: router.port })
  const worker = new KatydidMasterLink(host)
  host.listen((news) => {
    if (news.type === 'joined') worker.send({ type: 'client_ready', version: '1', classes: [] })
    if (news.type === 'body') worker.take(unpackToWorker(news.body) as ToWorker)
  })
  return [worker, await arrival.promise, () => Promise.all([host.close(0), router.close()])]
}

/** Values as messages of load files. It is closed as a worker does: with its last word first. */
function spoken<Out, In>(link: Link<ToMaster, ToWorker> | Link<ToWorker, ToMaster>, hangUp?: () => Promise<unknown>) {
  return {
    send: (data: Out) => link.send({ type: 'message', name: 'contract', data }),
    receive: (handler: (data: In) => void) =>
      link.receive((message) => {
        if (message.type === 'message') handler(message.data as In)
      }),
    closed: (handler: (reason: string) => void) => link.closed(handler),
    close: () => {
      if (hangUp) void hangUp()
      else link.send({ type: 'quit' })
      link.close()
    },
  }
}
