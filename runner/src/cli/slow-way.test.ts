import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Liveness, livenessLimits } from '../master/workers/liveness.ts'
import { Roster } from '../master/workers/roster.ts'
import type { WorkerRecord } from '../master/workers/worker-record.ts'
import { pack } from '../transport/katydid/packing.ts'
import type { ToMaster } from '../transport/messages.ts'
import { WorkerSession } from '../transport/to-master/worker-session.ts'
import { PeerServer } from '../transport/to-workers/peer-server.ts'

/** How long the way takes from a moment on, each way; undefined: it swallows everything. */
interface Stretch {
  fromMs: number
  up: number | undefined
  down: number | undefined
}

const stepMs = 50
const ready: ToMaster = { type: 'client_ready', version: '1', classes: [{ name: 'U', weight: 1, fixedCount: 0 }] }

/** A worker's session and its master's side of it, with a way between them that takes as long as it is told; all on one clock, moved by hand. */
class SlowWay {
  readonly news: string[] = []
  /** Moments at which users of the worker ran though the master had given them to others. */
  readonly twice: number[] = []
  reconnects = 0
  received = 0
  readonly session: WorkerSession
  readonly #stretches: readonly Stretch[]
  readonly #server: PeerServer
  readonly #roster = new Roster()
  readonly #liveness: Liveness
  #worker: WorkerRecord | undefined
  #now = 0
  #frames: { at: number; to: 'master' | 'worker'; bytes: Uint8Array }[] = []
  #openAt: number
  #runs = false
  /** When its id and place became free. */
  freeAt: number | undefined

  constructor(stretches: readonly Stretch[], missingMs?: number) {
    this.#stretches = stretches
    this.#openAt = this.#handshakeMs()
    const now = () => this.#now
    this.session = new WorkerSession({
      ...{ id: 'w_1', instance: 'i', now },
      transmit: (bytes) => this.#send('master', bytes),
      usage: () => ({ cpuPercent: 1, rssBytes: 1 }),
      isShakingHands: () => this.#now < this.#openAt && this.#openAt < Number.POSITIVE_INFINITY,
      reconnect: () => {
        this.reconnects++
        this.#frames = []
        this.#openAt = this.#now + this.#handshakeMs()
      },
      tell: (item) => {
        if (item.type === 'body') this.session.send(pack(ready))
        else if (item.type === 'joined') this.#runs = true
        else if (item.type === 'silence') {
          this.#runs = item.stage === 'over'
          this.news.push(`${this.#now} silence ${item.stage}`)
        } else if (item.type === 'refused' || item.type === 'trouble') this.news.push(item.text)
      },
    })
    this.#liveness = new Liveness(this.#roster, livenessLimits(missingMs), {
      missing: (worker) => {
        worker.goMissing()
        this.news.push(`${this.#now} missing`)
      },
      released: (worker) => {
        worker.users.release()
        this.news.push(`${this.#now} released`)
      },
      back: (worker) => {
        worker.comeBack()
        this.news.push(`${this.#now} back`)
      },
      stuck: () => this.news.push(`${this.#now} stuck`),
    })
    this.#server = new PeerServer({
      ...{ run: 'r', fileHash: 'h', job: pack({ type: 'quit' }), classes: [], now, missingMs },
      extras: { host: undefined, stopTimeoutS: 1, parsedOptions: {} },
      transmit: (_, bytes) => this.#send('worker', bytes),
      onWorker: ({ id, link }) => {
        const worker = (this.#worker = this.#roster.add(id, link, { kind: 'katydid' }))
        worker.heardAt = this.#now
        link.receive((message) => {
          this.#liveness.heard(worker, this.#now)
          if (message.type === 'heartbeat') worker.roundTripMs = message.roundTripMs ?? 0
          if (message.type === 'event') this.received++
        })
      },
      onEvent: (kind) => this.news.push(kind),
      log: { info() {}, warn: (text: string) => this.news.push(text), error() {} } as never,
    })
  }

  pass(ms: number): this {
    for (const until = this.#now + ms; this.#now < until; ) {
      this.#now += stepMs
      this.#deliver()
      if (this.#now % 100 === 0) {
        this.session.tick()
        this.#server.tick()
      }
      if (this.#now % 250 === 0) this.#liveness.watch(this.#now)
      if (this.joined && this.#server.present === 0) this.freeAt ??= this.#now
      if (this.#runs && this.#worker?.released) this.twice.push(this.#now)
    }
    return this
  }

  get joined(): boolean {
    return this.#worker !== undefined
  }

  get #stretch(): Stretch {
    return this.#stretches.findLast(({ fromMs }) => fromMs <= this.#now) as Stretch
  }

  /** Four times the way, as ZeroMQ's without a key. */
  #handshakeMs(): number {
    const { up, down } = this.#stretch
    return up === undefined || down === undefined ? Number.POSITIVE_INFINITY : 2 * (up + down)
  }

  /** In order, as TCP does: what is sent later does not overtake. */
  #send(to: 'master' | 'worker', bytes: Uint8Array): void {
    const way = to === 'master' ? this.#stretch.up : this.#stretch.down
    if (way === undefined) return
    const before = this.#frames.findLast((frame) => frame.to === to)?.at ?? 0
    this.#frames.push({ at: Math.max(before, Math.max(this.#openAt, this.#now) + way), to, bytes })
  }

  #deliver(): void {
    const due = this.#frames.filter(({ at }) => at <= this.#now)
    this.#frames = this.#frames.filter(({ at }) => at > this.#now)
    for (const { to, bytes } of due)
      if (to === 'worker') this.session.receive(bytes)
      else this.#server.receive('w_1', Buffer.from(bytes))
  }
}

const always = (delay: number): Stretch[] => [{ fromMs: 0, up: delay, down: delay }]
const from = (fromMs: number, delay: number): Stretch => ({ fromMs, up: delay, down: delay })

describe('a slow way is no lost worker', () => {
  const jitter = Array.from({ length: 120 }, (_, i) => from(i * 1_000, (i * 7_919) % 3_000))
  const ways: [title: string, stretches: Stretch[]][] = [
    ['1.3 s each way, from the start', always(1_300)],
    ['3 s each way, from the start', always(3_000)],
    ['3 s each way that begin in mid-run', [from(0, 1), from(40_000, 3_000)]],
    ['1.3 s each way that begin in mid-run', [from(0, 1), from(40_000, 1_300)]],
    ['3 s each way that end in mid-run', [from(0, 3_000), from(60_000, 1)]],
    ['3 s that come and go', [from(0, 1), from(30_000, 3_000), from(55_000, 1), from(70_000, 3_000)]],
    ['anything up to 3 s', jitter],
    ['3 s to the master alone', [{ fromMs: 0, up: 3_000, down: 1 }]],
    ['3 s from the master alone', [{ fromMs: 0, up: 1, down: 3_000 }]],
  ]
  for (const [title, stretches] of ways)
    test(title, () => {
      const way = new SlowWay(stretches)
      way.pass(40_000)
      assert.ok(way.joined, 'it has joined within 40 s')
      for (let i = 0; i < 95; i++) {
        way.session.send(pack({ type: 'event', kind: 'warning', text: 't' }))
        way.pass(1_000)
      }
      way.pass(10_000)
      assert.deepEqual(way.news, [])
      assert.equal(way.reconnects, 0)
      assert.deepEqual([way.received, way.session.pending], [95, 0])
    })
})

test('whatever the way does, users never run where the master has given them to others', () => {
  const delay = fc.option(fc.integer({ min: 0, max: 9_000 }), { nil: undefined, freq: 4 })
  const stretch = fc.record({ lasts: fc.integer({ min: 500, max: 30_000 }), up: delay, down: delay })
  fc.assert(
    fc.property(fc.array(stretch, { minLength: 1, maxLength: 8 }), (script) => {
      let fromMs = 20_000
      const stretches = [{ fromMs: 0, up: 10, down: 10 }]
      for (const { lasts, up, down } of script) {
        stretches.push({ fromMs, up, down } as never)
        fromMs += lasts
      }
      const way = new SlowWay(stretches).pass(fromMs + 60_000)
      assert.deepEqual(way.twice, [], way.news.join('\n'))
    }),
    { numRuns: 60 },
  )
})

for (const missingMs of [undefined, 3_000, 20_000])
  for (const delay of [10, 1_500])
    test(`--heartbeat-liveness ${missingMs}, ${delay} ms each way: place and id of a silent worker are free when it is missing, and not before`, () => {
      const way = new SlowWay([from(0, delay), { fromMs: 40_000, up: undefined, down: undefined }], missingMs)
      way.pass(100_000)
      const missingAt = Number(way.news.find((line) => line.endsWith('missing'))?.split(' ')[0])
      const silentMs = (missingMs ?? 8_000) + 2 * delay
      assert.ok(missingAt >= 38_000 + silentMs && missingAt <= 42_000 + silentMs, `missing at ${missingAt}`)
      assert.ok(Math.abs((way.freeAt ?? 0) - missingAt) <= 300, `missing at ${missingAt}, free at ${way.freeAt}`)
    })

test('a way that swallows everything for 20 s: users stop before they are others’, another connection is tried, and the worker is back', () => {
  const way = new SlowWay([from(0, 10), { fromMs: 30_000, up: undefined, down: undefined }, from(50_000, 10)])
  way.pass(120_000)
  assert.deepEqual(way.twice, [])
  assert.ok(way.reconnects > 0)
  assert.deepEqual(
    way.news.map((line) => line.replace(/^\d+ /, '')),
    ['missing', 'silence lease', 'released', 'back', 'silence over'],
  )
})
