import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Verdict } from '../facts/verdict.ts'
import { FeedDesk } from '../feeds/feed-desk.ts'
import { aUser, loadInline } from '../loadfile/inline-files.fixture.ts'
import { planOf } from '../plan/plan.fixture.ts'
import { Recorder } from '../stats/recorder.ts'
import { pack } from '../transport/katydid/packing.ts'
import { protocol } from '../transport/katydid/wire.ts'
import { decodeFrame } from '../transport/locust/decode.ts'
import { type Encodable, encode } from '../transport/locust/encode.ts'
import type { ToMaster } from '../transport/messages.ts'
import type { RouterSocket } from '../transport/zmq/router-socket.ts'
import { createCriteria } from '../verdict/criteria.ts'
import { ClusterRun } from './cluster-run.ts'

/*
 * A whole master — peers, reliable ends, merge, criteria — without its socket, under workers that say anything. What a good worker reports must be
 * in the end what is counted, whatever the others did.
 */

const quiet = Object.fromEntries(['trace', 'debug', 'info', 'warn', 'error', 'fatal'].map((name) => [name, () => {}]))

async function rig() {
  const loadFile = await loadInline({ 'load.ts': aUser })
  const plan = planOf({
    files: ['load: { file: load.ts, host: "http://localhost", profile: { kind: constant, users: 2, runTime: 60s } }'],
  })
  let receive: (id: string, bytes: Uint8Array) => void = () => {}
  const sent: [id: string, type: string, data: unknown][] = []
  const socket = {
    send(id: string, bytes: Uint8Array) {
      const { type, data } = decodeFrame(bytes)
      sent.push([id, type, data])
    },
    unreachable() {},
    async receive(handler: typeof receive) {
      receive = handler
    },
    async close() {},
  }
  const events: string[] = []
  const intervals: number[] = []
  const sink = {
    start() {},
    interval: ({ stats }: { stats: { requests: { ok: { count: number } }[] } }) =>
      void intervals.push(stats.requests.reduce((sum, { ok }) => sum + ok.count, 0)),
    event: ({ kind, text }: { kind: string; text: string }) => void events.push(`${kind}: ${text}`),
    finish: async (_: unknown, judge: () => Verdict) => judge(),
  }
  const run = new ClusterRun(
    { plan, loadFile, classes: loadFile.userClasses, warnings: [] },
    { criteria: createCriteria(plan), sink, log: quiet as never },
    { socket: socket as unknown as RouterSocket, desk: new FeedDesk(), expect: 1 },
  )
  const say = (id: string, type: string, data: Encodable = null) => receive(id, encode([type, data, id]))
  return { run, say, raw: (id: string, bytes: Uint8Array) => receive(id, bytes), events, intervals, sent }
}

const beat = (katydid?: Record<string, Encodable>): Encodable => ({
  ...{ state: 'running', current_cpu_usage: 1.5, current_memory_usage: 7 },
  ...(katydid ? { katydid } : {}),
})

/** A worker of ours that says its messages in order. */
function worker(id: string, say: (id: string, type: string, data?: Encodable) => void) {
  let seq = 0
  say(id, 'client_ready', -1)
  say(id, 'heartbeat', beat({ protocol, instance: id, ack: 0, at: 1 }))
  const body = (bytes: Uint8Array) =>
    say(id, 'katydid', { katydid: { instance: id, seq: ++seq, ack: seq, body: bytes } })
  return { body, send: (message: ToMaster) => body(pack(message)) }
}

const health = { loopDelayMeanMs: 0, loopDelayMaxMs: 1, cpuPercent: 3, gcMs: 0, rssBytes: 1e6, saturated: false }
const reportOf = (second: number, requests: number): ToMaster => {
  const recorder = new Recorder()
  for (let i = 0; i < requests; i++) recorder.request('GET', '/a').success(10, Number.NaN, 1)
  const stats = recorder.take()
  return { type: 'stats', intervals: [{ second, durationMs: 1_000, stats, users: { Anybody: 2 }, health }] }
}

const anything: fc.Arbitrary<Encodable> = fc.letrec<{ any: Encodable }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Encodable>(null, true, '', 'x', 'ready', -1, 0, 1, 2 ** 41, 1e308, -1e308, 1.5),
    fc.double({ noNaN: true }),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(
      fc.constantFrom('katydid', 'seq', 'ack', 'body', 'stats', 'name', 'toString', 'msg', 'num_requests', '__proto__'),
      tie('any'),
      { maxKeys: 4 },
    ),
  ),
})).any

const types = [
  ...['client_ready', 'heartbeat', 'stats', 'spawning', 'spawning_complete', 'client_stopped', 'quit', 'exception'],
  ...['logs', 'locustfile', 'katydid', 'hello', ''],
]

test('whatever others send, a good worker is counted in full, and the run comes to its end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          who: fc.constantFrom('bad_1', 'bad_2', 'good_1\0', 'py_1'),
          type: fc.constantFrom(...types),
          data: anything,
          bytes: fc.uint8Array({ maxLength: 40 }),
          flips: fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 3 }),
          how: fc.constantFrom('frame', 'bytes', 'body', 'report'),
        }),
        { maxLength: 60 },
      ),
      async (attacks) => {
        const { run, say, raw, events, intervals } = await rig()
        const running = run.master.run()
        const good = worker('good_1', say)
        good.send({
          type: 'client_ready',
          version: '1',
          classes: [{ name: 'Anybody', weight: 1, fixedCount: 0 }],
        })
        for (let i = 0; i < 50 && !run.master.hasBegun; i++) await new Promise((resolve) => setTimeout(resolve, 2))
        const bad = worker('bad_2', say)
        bad.send({ type: 'client_ready', version: '1', classes: [] })
        const report = pack(reportOf(0, 1))
        good.send(reportOf(0, 5))
        for (const { who, type, data, bytes, flips, how } of attacks) {
          if (how === 'frame') say(who, type, data)
          else if (how === 'bytes') raw(who, bytes)
          else if (how === 'body') bad.body(bytes)
          else {
            const changed = new Uint8Array(report)
            for (const [at, byte] of flips) changed[at % changed.length] = byte
            bad.body(changed)
          }
        }
        good.send(reportOf(1, 7))
        run.master.command({ kind: 'stop', reason: 'enough', cause: 'user' })
        good.send({ type: 'client_stopped' })
        for (const katydid of [good, bad]) katydid.send({ type: 'quit' })
        for (const id of ['bad_1', 'py_1']) say(id, 'quit')
        await run.finish()
        const verdict = await Promise.race([
          running,
          new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 20_000).unref()),
        ])
        await run.close()
        assert.ok(verdict, 'the run came to no end')
        assert.deepEqual(
          events.filter((event) => event.startsWith('message_failed')),
          [],
        )
        const counted = intervals.reduce((sum, count) => sum + count, 0)
        assert.ok(counted >= 12, `${counted} of 12 requests`)
      },
    ),
    { numRuns: 100, endOnFailure: true },
  )
})
