import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Packet, ReliableEnd } from './reliable-end.ts'

const bytes = (n: number) => new Uint8Array(Buffer.from(String(n)))
const number = (body: Uint8Array) => Number(Buffer.from(body).toString())

/** Two ends and a way between them that loses, repeats and delays as it is told, with time moved by hand. */
function rig(trouble: (n: number) => 'pass' | 'lose' | 'repeat' | 'delay', maxBytes?: number) {
  let now = 0
  let packets = 0
  const ways: { at: number; to: 'left' | 'right'; packet: Packet }[] = []
  const got = { left: [] as number[], right: [] as number[] }
  const givenUp: number[] = []
  const end = (self: 'left' | 'right', other: 'left' | 'right') =>
    new ReliableEnd({
      now: () => now,
      deliver: (body) => got[self].push(number(body)),
      onGivenUp: (body) => givenUp.push(number(body)),
      ...(maxBytes === undefined ? {} : { maxBytes }),
      transmit: (packet) => {
        const what = trouble(packets++)
        if (what === 'lose') return
        const copy = { ...packet }
        ways.push({ at: now + (what === 'delay' ? 2_500 : 10), to: other, packet: copy })
        if (what === 'repeat') ways.push({ at: now + 40, to: other, packet: copy })
      },
    })
  const ends = { left: end('left', 'right'), right: end('right', 'left') }
  const pass = (ms: number) => {
    for (const until = now + ms; now < until; now += 10) {
      const due = ways.filter(({ at }) => at <= now)
      for (const way of due) {
        ways.splice(ways.indexOf(way), 1)
        ends[way.to].receive(way.packet)
      }
      if (now % 1_000 !== 0) continue
      // a heartbeat each second, there and back
      ends.left.acked(ends.right.ack)
      ends.right.acked(ends.left.ack)
      ends.left.retry()
      ends.right.retry()
    }
  }
  return { ...ends, got, givenUp, pass }
}

const numbers = (n: number) => Array.from({ length: n }, (_, i) => i)

test('a way that drops, repeats and overtakes every tenth message: all of them, once, in order, both ways', () => {
  const kinds = ['lose', 'repeat', 'delay'] as const
  const { left, right, got, pass } = rig((n) => (n % 10 === 9 ? (kinds[Math.floor(n / 10) % 3] ?? 'pass') : 'pass'))
  for (const n of numbers(500)) {
    left.send(bytes(n))
    if (n % 3 === 0) right.send(bytes(n))
    pass(20)
  }
  pass(60_000)
  assert.deepEqual(got.right, numbers(500))
  assert.deepEqual(
    got.left,
    numbers(500).filter((n) => n % 3 === 0),
  )
  assert.deepEqual([left.pending, right.pending], [0, 0])
})

test('any trouble at all that lets something through in the end', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('pass', 'lose', 'repeat', 'delay'), { minLength: 1, maxLength: 200 }),
      (script) => {
        const { left, got, pass } = rig((n) => script[n] ?? 'pass')
        for (const n of numbers(60)) {
          left.send(bytes(n))
          pass(30)
        }
        pass(120_000)
        assert.deepEqual(got.right, numbers(60))
        assert.equal(left.pending, 0)
      },
    ),
    { numRuns: 60 },
  )
})

test('a silent other side: what is kept is bounded, the oldest is given up and told, the order goes on', () => {
  let open = false
  const { left, got, givenUp, pass } = rig(() => (open ? 'pass' : 'lose'), 100)
  for (const n of numbers(90)) left.send(bytes(n))
  assert.ok(givenUp.length > 30, `${givenUp.length}`)
  assert.deepEqual(givenUp, numbers(givenUp.length), 'the oldest first')
  open = true
  pass(10_000)
  assert.deepEqual(got.right, numbers(90).slice(givenUp.length))
  assert.equal(left.pending, 0)
})

test('acknowledgements that cannot be, and packets from far ahead, change nothing', () => {
  const { left, right, got, pass } = rig(() => 'pass')
  left.send(bytes(1))
  left.acked(7)
  left.acked(Number.NaN)
  left.acked(-1)
  assert.equal(left.pending, 1)
  right.receive({ seq: 1e9, ack: 0, body: bytes(9) })
  right.receive({ seq: 0, ack: 0, body: bytes(9) })
  pass(3_000)
  assert.deepEqual(got.right, [1])
})

test('something large is sent again more and more seldom: it may only be slow', () => {
  let now = 0
  const sizes: number[] = []
  const end = new ReliableEnd({ now: () => now, deliver() {}, transmit: ({ body }) => sizes.push(body?.length ?? 0) })
  end.send(new Uint8Array(1_000_000))
  end.send(new Uint8Array(10))
  for (; now < 30_000; now += 1_000) end.retry()
  const of = (size: number) => sizes.filter((each) => each === size).length
  assert.ok(of(1_000_000) >= 4 && of(1_000_000) <= 7, `${of(1_000_000)} times`)
  assert.ok(of(10) >= 25, `${of(10)} times`)
})

test('packets that overtook others are kept up to a size; the others come again', () => {
  const got: number[] = []
  const end = new ReliableEnd({
    transmit() {},
    deliver: (body) => got.push(body[0] as number),
    mostAheadBytes: () => 10_000,
  })
  const packet = (seq: number) => ({ seq, ack: 0, body: new Uint8Array(1_000).fill(seq) })
  for (let seq = 2; seq < 100; seq++) end.receive(packet(seq))
  end.receive(packet(1))
  assert.deepEqual(got, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  for (let seq = 13; seq < 30; seq++) end.receive(packet(seq))
  end.receive(packet(12))
  assert.equal(got.length, 22, 'what was taken has made room')
})
