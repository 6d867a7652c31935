/**
 * So many katydid workers in one process, for a master to be measured with: real sockets, sessions and messages, no users. What each reports
 * is made once for all. Says on stdout when all have joined, when the first was told to start users, and, at the end, how long
 * heartbeats took to be answered.
 *
 *   node test/bench/simulated-workers.ts PORT COUNT [NAMES]
 */
import { context, Dealer } from 'zeromq'
import { Recorder } from '../../runner/src/stats/recorder.ts'
import { pack, unpackToWorker } from '../../runner/src/transport/katydid/packing.ts'
import { steadyNow } from '../../runner/src/transport/katydid/wire.ts'
import { decodeFrame } from '../../runner/src/transport/locust/decode.ts'
import { WorkerSession } from '../../runner/src/transport/to-master/worker-session.ts'

const [port, count, names] = process.argv.slice(2).map(Number) as [number, number, number]
const reportSeconds = 3
context.maxSockets = 20_000
const health = { loopDelayMeanMs: 0.2, loopDelayMaxMs: 3, cpuPercent: 20, gcMs: 2, rssBytes: 1e8, saturated: false }
const reports = new Map<number, Uint8Array>()
let startedAt = Number.NaN
let joined = 0
let spawned = 0
let over = 0
const answerMs: number[] = []
const began = performance.now()

function report(from: number): Uint8Array {
  let body = reports.get(from)
  if (!body) {
    const intervals = Array.from({ length: reportSeconds }, (_, i) => {
      const recorder = new Recorder()
      for (let n = 0; n < names; n++) {
        const meter = recorder.request('GET', `/some/path/${n}`)
        for (let k = 0; k < 10; k++) meter.success(2 + ((n * 7 + k * 13 + from) % 90) * 1.7, Number.NaN, 512)
      }
      return { second: from + i, durationMs: 1_000, stats: recorder.take(), users: { Simulated: 1 }, health }
    })
    reports.set(from, (body = pack({ type: 'stats', intervals })))
    reports.delete(from - 10 * reportSeconds)
  }
  return body
}

class SimulatedWorker {
  readonly #socket: Dealer
  readonly #session: WorkerSession
  readonly #phase: number
  readonly #out: Uint8Array[] = []
  #sending = false
  #nextReport = -1
  #beatAt = 0
  running = false

  constructor(index: number) {
    const id = `sim${index % 500}_${String(index).padStart(6, '0')}`
    this.#phase = index % 30
    this.#socket = new Dealer({ routingId: id, linger: 0, sendHighWaterMark: 1_000 })
    this.#socket.connect(`tcp://127.0.0.1:${port}`)
    this.#session = new WorkerSession({
      id,
      instance: id,
      usage: () => ({ cpuPercent: 20, rssBytes: 1e8 }),
      transmit: (bytes) => this.#send(bytes),
      reconnect: () => {},
      tell: (news) => {
        if (news.type === 'body') this.#take(unpackToWorker(news.body).type, news.body)
      },
    })
    void this.#receive()
  }

  tick(nowS: number): void {
    this.#session.tick()
    if (!this.running) return
    if (this.#nextReport < 0) this.#nextReport = Math.floor(nowS / reportSeconds) * reportSeconds
    if (nowS < this.#nextReport + reportSeconds + this.#phase / 10) return
    this.#session.send(report(this.#nextReport))
    this.#nextReport += reportSeconds
  }

  #take(type: string, body: Uint8Array): void {
    const say = (message: Parameters<typeof pack>[0]) => this.#session.send(pack(message))
    if (type === 'job') {
      say({ type: 'client_ready', version: '0', classes: [{ name: 'Simulated', weight: 1, fixedCount: 0 }] })
      if (++joined === count) console.log(`joined ${Math.round(performance.now() - began)}`)
    } else if (type === 'start') {
      const start = unpackToWorker(body) as { startedAtEpochMs: number }
      startedAt = start.startedAtEpochMs
      this.running = true
    } else if (type === 'spawn') {
      if (++spawned === 1) console.log(`spawned ${Math.round(performance.now() - began)}`)
      const { target } = unpackToWorker(body) as { target: { users: Record<string, number> } }
      say({ type: 'spawning' })
      say({ type: 'spawning_complete', users: target.users })
    } else if (type === 'stop') {
      this.running = false
      say({ type: 'client_stopped' })
    } else if (type === 'quit') {
      say({ type: 'quit' })
      if (++over === count) finish()
    }
  }

  #send(bytes: Uint8Array): void {
    if (this.#beatAt === 0) this.#beatAt = performance.now()
    this.#out.push(bytes)
    if (!this.#sending) void this.#drain()
  }

  async #drain(): Promise<void> {
    this.#sending = true
    for (let next = this.#out.shift(); next; next = this.#out.shift()) await this.#socket.send(next)
    this.#sending = false
  }

  async #receive(): Promise<void> {
    for await (const [bytes] of this.#socket) {
      this.#session.receive(bytes as Buffer)
      if (this.#phase !== 0 || !this.running) continue
      const { type, data } = decodeFrame(bytes as Buffer)
      const at = (data as { katydid?: { at?: number } } | null)?.katydid?.at
      if (type === 'heartbeat' && at !== undefined) answerMs.push(Math.round(steadyNow() - at))
    }
  }
}

const workers = Array.from({ length: count }, (_, index) => new SimulatedWorker(index))
let turn = 0
setInterval(() => {
  // a tenth of them at a time, so that their heartbeats do not come in one heap
  const nowS = Number.isNaN(startedAt) ? 0 : (performance.timeOrigin + performance.now() - startedAt) / 1_000
  turn = (turn + 1) % 10
  for (let i = turn; i < count; i += 10) workers[i]?.tick(nowS)
}, 20)

function finish(): void {
  answerMs.sort((a, b) => a - b)
  const of = (q: number) => answerMs[Math.floor(q * (answerMs.length - 1))] ?? 0
  console.log(`answers ${of(0.5)} ${of(0.99)} ${of(1)}`)
  setTimeout(() => process.exit(0), 200)
}
setTimeout(() => process.exit(1), 600_000).unref()
