import assert from 'node:assert/strict'
import { test } from 'node:test'
import { protocol } from '../katydid/wire.ts'
import { decodeFrame, type Frame } from '../locust/decode.ts'
import { type Encodable, encode } from '../locust/encode.ts'
import { type SessionNews, WorkerSession, type WorkerSessionOptions } from './worker-session.ts'

function rig(more: Partial<WorkerSessionOptions> = {}) {
  let now = 0
  const sent: Frame[] = []
  const news: SessionNews[] = []
  const reconnects: number[] = []
  const session = new WorkerSession({
    id: 'w_1',
    instance: 'i',
    transmit: (bytes) => sent.push(decodeFrame(bytes)),
    usage: () => ({ cpuPercent: 12.5, rssBytes: 1_000 }),
    tell: (item) => news.push(item),
    reconnect: () => reconnects.push(now),
    now: () => now,
    ...more,
  })
  const hear = (type: string, data: Encodable = null) => session.receive(encode([type, data, 'w_1']))
  return {
    session,
    sent,
    news,
    reconnects,
    hear,
    kinds: () => news.map((item) => (item.type === 'silence' ? `silence ${item.stage}` : item.type)),
    join: () => hear('ack', { index: 4, katydid: { protocol, run: 'r' } }),
    /** The master answers its newest heartbeat, or one before. */
    answer: (before = 0) => {
      const beats = sent.filter(({ type }) => type === 'heartbeat')
      const { at } = (beats.at(-1 - before)!.data as { katydid: { at: number } }).katydid
      hear('heartbeat', { katydid: { ack: 0, at } })
    },
    standStill: (ms: number) => {
      now += ms
    },
    pass: (ms: number) => {
      for (let i = 0; i < ms; i += 100) {
        now += 100
        session.tick()
      }
    },
  }
}

test('says that it is ready until it is answered; under a Locust master it beats as Python does', () => {
  const r = rig()
  r.session.tick()
  r.pass(5_000)
  assert.deepEqual(
    r.sent.map(({ type, data }) => [type, data]),
    [
      ['client_ready', -1],
      ['client_ready', -1],
      ['client_ready', -1],
    ],
  )
  r.hear('ack', { index: 4 })
  assert.deepEqual(r.news, [{ type: 'joined', dialect: 'locust', index: 4, run: '' }])
  r.session.state = 'running'
  r.pass(1_000)
  assert.deepEqual(r.sent.at(-1), {
    type: 'heartbeat',
    data: { state: 'running', current_cpu_usage: 12.5, current_memory_usage: 1_000 },
    nodeId: 'w_1',
  })
  r.hear('spawn', { timestamp: 1 })
  assert.deepEqual(r.news.at(-1), { type: 'frame', frame: { type: 'spawn', data: { timestamp: 1 }, nodeId: 'w_1' } })
})

test('accepts what a katydid master offers, takes its messages in order, and tells the clock’s offset', () => {
  const r = rig({ token: 'shop-1', hash: 'h' })
  r.session.tick()
  r.join()
  const beat = r.sent.at(-1)?.data as { katydid: { at: number } & Record<string, unknown> }
  const { at, ...rest } = beat.katydid
  assert.deepEqual(rest, { protocol, run: 'r', instance: 'i', token: 'shop-1', hash: 'h', ack: 0, roundTripMs: 0 })
  r.hear('heartbeat', { katydid: { ack: 0, at, masterAt: at + 5_000 } })
  const answer = r.news.find(({ type }) => type === 'heartbeat')
  assert.ok(answer?.type === 'heartbeat' && Math.abs(answer.clockOffsetMs - 5_000) < 1_000)
  for (const seq of [2, 1, 1, 3]) r.hear('katydid', { katydid: { seq, ack: 0, body: new Uint8Array([seq]) } })
  assert.deepEqual(
    r.news.flatMap((item) => (item.type === 'body' ? [item.body[0]] : [])),
    [1, 2, 3],
  )
  r.session.send(new Uint8Array([9]))
  assert.equal(r.session.pending, 1)
  r.hear('heartbeat', { katydid: { ack: 1 } })
  assert.equal(r.session.pending, 0)
})

const silences = (r: ReturnType<typeof rig>) => r.kinds().filter((kind) => kind.startsWith('silence'))

test('a silent master: users stop after 10 s, the worker leaves after 60 s; heard again, it goes on', () => {
  const r = rig()
  r.join()
  r.pass(9_900)
  assert.deepEqual(silences(r), [])
  r.pass(200)
  r.answer()
  assert.deepEqual(silences(r), ['silence lease', 'silence over'])
  r.pass(59_900)
  assert.deepEqual(silences(r).slice(2), ['silence lease'])
  r.pass(200)
  r.pass(5_000)
  assert.deepEqual(silences(r).slice(2), ['silence lease', 'silence leave'])
})

test('a lease counts from when the answered heartbeat was sent: on a slow way it is shorter, and old answers or other frames make it no longer', () => {
  const r = rig()
  r.join()
  r.pass(6_000)
  r.answer(6) // sent at 0, and six since
  r.pass(4_000)
  assert.deepEqual(silences(r), ['silence lease'], '10 s after it was sent, 4 s after its answer')
  r.hear('katydid', { katydid: { seq: 1, ack: 0, body: new Uint8Array([1]) } })
  r.hear('heartbeat', { katydid: { ack: 0 } })
  assert.deepEqual(silences(r), ['silence lease'], 'what answers no heartbeat says nothing of what the master heard')
  r.answer(2)
  assert.deepEqual(silences(r), ['silence lease', 'silence over'])
  r.answer(7)
  r.pass(7_900)
  assert.deepEqual(silences(r), ['silence lease', 'silence over'])
  r.pass(200)
  assert.deepEqual(silences(r), ['silence lease', 'silence over', 'silence lease'])
})

test('under a Locust master, which does not say what it answers, a lease counts from when it was heard', () => {
  const r = rig()
  r.hear('ack', { index: 0 })
  for (let i = 0; i < 9; i++) {
    r.pass(9_000)
    r.hear('heartbeat')
  }
  assert.deepEqual(silences(r), [])
  r.pass(10_000)
  r.hear('heartbeat')
  assert.deepEqual(silences(r), ['silence lease', 'silence over'])
})

test('a heartbeat tells the master how long the way there and back takes', () => {
  const r = rig()
  r.join()
  r.pass(2_000)
  r.answer(1)
  r.pass(1_000)
  const { katydid } = r.sent.at(-1)!.data as { katydid: { roundTripMs: number } }
  assert.equal(katydid.roundTripMs, 1_000)
  assert.equal(r.session.roundTripMs, 1_000)
})

test('no other connection while a handshake is under way, however long it takes; then as if nothing had been', () => {
  let shaking = true
  const r = rig({ isShakingHands: () => shaking })
  r.pass(50_000)
  assert.deepEqual(r.reconnects, [])
  const [trouble] = r.news
  assert.match(
    trouble?.type === 'trouble' ? trouble.text : '',
    /the handshake with the master has not finished for 20 s/,
  )
  shaking = false
  r.pass(7_900)
  assert.deepEqual(r.reconnects, [])
  r.pass(200)
  assert.equal(r.reconnects.length, 1)
})

test('a worker that has joined gives up a handshake that has taken 30 s: nobody may be there any more', () => {
  const r = rig({ isShakingHands: () => true })
  r.join()
  r.pass(37_000)
  assert.deepEqual(r.reconnects, [])
  r.pass(2_000)
  assert.equal(r.reconnects.length, 1)
})

test('on a way known to be slow another connection is tried later', () => {
  const r = rig()
  r.join()
  r.pass(6_000)
  r.answer(6)
  r.pass(14_400)
  assert.deepEqual(r.reconnects, [])
  r.pass(200)
  assert.equal(r.reconnects.length, 1)
})

test('another connection is tried after 8 s of silence, then after twice as long each; never to a Locust master', () => {
  const r = rig()
  r.pass(32_000)
  assert.deepEqual(r.reconnects, [8_000, 16_000, 32_000])
  assert.equal(r.news.length, 1, 'nothing is said of it before 20 s')
  const [trouble] = r.news
  assert.match(trouble?.type === 'trouble' ? trouble.text : '', /no master has answered for 20 s/)
  r.join()
  r.pass(17_000)
  r.hear('heartbeat')
  r.pass(9_000)
  assert.deepEqual(r.reconnects, [8_000, 16_000, 32_000, 40_000, 48_000, 57_000])
  const locust = rig()
  locust.hear('ack', { index: 0 })
  locust.pass(30_000)
  assert.deepEqual(locust.reconnects, [])
})

test('told to leave in place of another process of its id, it stays', () => {
  const r = rig()
  r.join()
  r.hear('quit', { katydid: { why: 'another worker has the same id', exitCode: 3, instance: 'other' } })
  assert.deepEqual(r.kinds(), ['joined'])
  for (let i = 0; i < 3; i++)
    r.hear('quit', { katydid: { why: 'another worker has the same id', exitCode: 3, instance: 'i' } })
  assert.deepEqual(r.kinds(), ['joined', 'refused'])
})

test('a master that never answers is given up after five minutes', () => {
  const r = rig()
  r.pass(299_000)
  assert.deepEqual(new Set(r.kinds()), new Set(['trouble']))
  assert.equal(r.kinds().length, 4, 'after 20, 40, 80 and 160 s')
  r.pass(1_100)
  assert.equal(r.kinds().at(-1), 'silence leave')
})

test('quit before and after joining, and a master of another version', () => {
  const early = rig()
  early.hear('quit')
  assert.deepEqual(early.news[0]?.type === 'refused' && early.news[0].exitCode, 0)
  const late = rig()
  late.join()
  late.hear('quit', { katydid: { why: 'another run', exitCode: 3 } })
  const refused = late.news.at(-1)
  assert.deepEqual(refused, { type: 'refused', text: 'the master told this worker to leave: another run', exitCode: 3 })
  const other = rig()
  other.hear('ack', { index: 0, katydid: { protocol: 99, run: 'r' } })
  assert.match(
    other.news[0]?.type === 'refused' ? other.news[0].text : '',
    new RegExp(`speaks version 99 .* this worker version ${protocol}`),
  )
})

test('nonsense from a master is told once and kills nothing', () => {
  const r = rig()
  r.session.receive(new Uint8Array([0xc1]))
  r.join()
  for (const data of [
    null,
    5,
    'x',
    { katydid: 5 },
    { katydid: { seq: -1, ack: 'x' } },
    { katydid: { ack: 1e9 } },
  ] as Encodable[])
    for (const type of ['heartbeat', 'katydid', 'ack', 'spawn', 'nothing']) r.hear(type, data)
  r.session.receive(new Uint8Array([0xc1, 0xc1]))
  assert.deepEqual(
    r.kinds().filter((kind) => kind !== 'heartbeat'),
    ['trouble', 'joined'],
  )
  assert.ok(r.news.every((item) => item.type !== 'heartbeat' || item.clockOffsetMs === 0))
})

test('what stood still itself reads first what came meanwhile, before it tries another connection; its users’ lease is over all the same', () => {
  const r = rig()
  r.session.tick()
  r.hear('ack', { index: 0, katydid: { protocol, run: 'r' } })
  r.pass(500)
  r.standStill(12_000)
  r.pass(7_000)
  assert.deepEqual(r.reconnects, [])
  assert.deepEqual(
    r.news.filter(({ type }) => type === 'silence'),
    [{ type: 'silence', stage: 'lease' }],
  )
  r.pass(2_000)
  assert.equal(r.reconnects.length, 1)
})
