import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunFinish } from '../facts/run.ts'
import type { Verdict } from '../facts/verdict.ts'
import { Aggregate } from '../stats/aggregate.ts'
import { Multiplexer, type MultiplexerOptions } from './multiplex.ts'
import type { Output } from './output.ts'
import { finishOf, intervalOf, startOf } from './run.fixture.ts'

function setUp(outputs: Output[], options: Partial<MultiplexerOptions> = {}) {
  const said: string[] = []
  const events: string[] = []
  const all = new Multiplexer(outputs, {
    log: { error: (text) => said.push(text), warn: (text) => said.push(text) },
    onEvent: (kind, text) => {
      events.push(kind)
      all.event({ atMs: 0, kind, text })
    },
    ...options,
  })
  return { all, said, events }
}

/** Remembers what it was told. */
class Witness implements Output {
  readonly name: string
  readonly told: string[] = []
  constructor(name = 'witness') {
    this.name = name
  }
  start() {
    this.told.push('start')
  }
  interval({ second }: { second: number }) {
    this.told.push(`interval ${second}`)
  }
  event({ kind }: { kind: string }) {
    this.told.push(kind)
  }
  finish() {
    this.told.push('finish')
  }
}

function end(all: Multiplexer) {
  const { verdict, ...run } = finishOf(new Aggregate())
  return all.finish(run, () => verdict)
}

async function runThrough(all: Multiplexer): Promise<void> {
  all.start(startOf(new Aggregate()))
  for (let second = 0; second < 3; second++) all.interval(intervalOf(second))
  await end(all)
}

const boom = () => {
  throw new Error('boom')
}
const reject = async () => boom()

for (const [what, bad] of Object.entries({
  'throws at the start': { start: boom },
  'rejects at the start': { start: reject },
  'throws in an interval': { interval: boom },
  'rejects in an interval': { interval: reject },
  'throws at the end': { finish: boom },
  'rejects at the end': { finish: reject },
} satisfies Record<string, Omit<Output, 'name'>>))
  test(`an output that ${what} is reported once, and the others hear everything`, async () => {
    const [before, after] = [new Witness(), new Witness()]
    const { all, said, events } = setUp([before, { name: 'bad', ...bad }, after])
    await runThrough(all)
    await new Promise(setImmediate)
    assert.deepEqual(said, ['output bad failed: boom'])
    assert.deepEqual(events, ['output_failed'])
    assert.deepEqual(
      [...all.failures.keys()].map(({ name }) => name),
      ['bad'],
    )
    for (const { told } of [before, after]) {
      const expected = ['start', 'interval 0', 'interval 1', 'interval 2', 'finish']
      assert.deepEqual(
        told.filter((entry) => entry !== 'output_failed'),
        expected,
      )
    }
  })

test('an output that failed hears only of the end, so that it can put back what it holds', async () => {
  const witness = new Witness()
  const bad: Output = Object.assign(witness, { interval: boom })
  const { all, said } = setUp([bad])
  await runThrough(all)
  assert.deepEqual(witness.told, ['start', 'finish'])
  assert.equal(said.length, 1)
})

test('all outputs failing at the news of another’s failure come to an end', async () => {
  const touchy = (name: string): Output => ({ name, event: boom })
  const { all, events } = setUp([{ name: 'first', start: boom }, touchy('a'), touchy('b')])
  await runThrough(all)
  assert.equal(events.length, 3)
})

test('calls to one output never overlap and keep their order, however slow it is', async () => {
  const order: string[] = []
  let inside = 0
  const slow: Output = {
    name: 'slow',
    async interval({ second }) {
      assert.equal(inside++, 0)
      await new Promise((resolve) => setTimeout(resolve, 5))
      inside--
      order.push(String(second))
    },
    finish: () => void order.push('finish'),
  }
  const { all, said } = setUp([slow])
  await runThrough(all)
  assert.deepEqual([order, said], [['0', '1', '2', 'finish'], []])
})

test('a slow output never holds the run up: it misses the oldest, which is said, and still gets the end', async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  const order: number[] = []
  let finished = false
  const slow: Output = {
    name: 'slow',
    async interval({ second }) {
      await gate
      order.push(second)
    },
    finish: () => void (finished = true),
  }
  const { all, said, events } = setUp([slow], { limit: 4 })
  for (let second = 0; second < 100; second++) all.interval(intervalOf(second))
  assert.deepEqual(events, ['output_lagging'])
  setTimeout(open, 10)
  await end(all)
  assert.ok(finished)
  assert.equal(order[0], 0)
  assert.deepEqual(order.slice(-3), [97, 98, 99])
  assert.ok(order.length <= 5)
  assert.match(said.join(), /output slow was too slow and lost 9\d updates/)
})

test('what happened before the start is not dropped while an output is taking that in', async () => {
  const order: string[] = []
  const slow: Output = {
    name: 'slow',
    start: () => new Promise((resolve) => setTimeout(resolve, 20)),
    event: ({ text }) => void order.push(text),
  }
  const { all, events } = setUp([slow], { limit: 4 })
  all.start(startOf(new Aggregate()))
  for (let i = 0; i < 20; i++) all.event({ atMs: 0, kind: 'warning', text: `${i}` })
  await end(all)
  assert.equal(order.length, 20)
  assert.deepEqual(events, [])
})

test('an output that hangs is told of the end all the same, and the run ends without it', async () => {
  let finished = false
  const hangsAtFirst: Output = {
    name: 'hangs',
    interval: () => new Promise(() => {}),
    finish: () => void (finished = true),
  }
  const hangsAtLast: Output = { name: 'never', finish: () => new Promise(() => {}) }
  const witness = new Witness()
  const { all, said } = setUp([hangsAtFirst, hangsAtLast, witness], { finishMs: 60 })
  const begun = performance.now()
  await runThrough(all)
  assert.ok(performance.now() - begun < 20_000)
  assert.ok(finished)
  assert.ok(witness.told.includes('finish'))
  assert.ok(said.includes('output never failed: it did not finish within 0.06 s'), said.join())
})

test('what is last is finished after the others, so that it can tell of their failures', async () => {
  const order: string[] = []
  const console: Output = { name: 'console', after: 'all', finish: () => void order.push('console') }
  const file: Output = {
    name: 'file',
    async finish() {
      await new Promise((resolve) => setTimeout(resolve, 5))
      order.push('file')
      throw new Error('disk full')
    },
  }
  const heard: string[] = []
  const { all } = setUp([
    Object.assign(console, { event: ({ text }: { text: string }) => void heard.push(text) }),
    file,
  ])
  await runThrough(all)
  assert.deepEqual(order, ['file', 'console'])
  assert.deepEqual(heard, ['output file failed: disk full'])
})

test('a run without outputs ends', async () => void (await end(setUp([]).all)))

const verdicts = [0, 1, 2, 3].map(
  (failures): Verdict => ({
    outcome: failures === 0 ? 'passed' : 'broken',
    exitCode: failures === 0 ? 0 : 2,
    findings: Array.from({ length: failures }, () => ({ outcome: 'broken', kind: 'output_failed', text: 'x' })),
  }),
)

/** Says which verdict it was told last, as a file does. */
class Teller implements Output {
  readonly name: string
  readonly after?: 'files' | 'all'
  said: string[] = []
  constructor(name: string, after?: 'files' | 'all') {
    this.name = name
    if (after) this.after = after
  }
  finish({ verdict }: RunFinish) {
    this.said.push(`${verdict.outcome} ${verdict.findings.length}`)
  }
  async retell(run: RunFinish) {
    this.finish(run)
  }
}

/** All as a run has them: each failure is an event, and each event a finding. */
async function settle(outputs: Output[]) {
  const { all, said, events } = setUp(outputs, { finishMs: 100 })
  const { verdict: _, ...run } = finishOf(new Aggregate())
  const verdict = await all.finish(run, () => verdicts[events.length]!)
  return { verdict, said, events }
}

test('an output that fails after another was written: all tell the new verdict, and it is the one that counts', async () => {
  const [json, hook, console] = [new Teller('json'), new Teller('notify', 'files'), new Teller('console', 'all')]
  const slowToFail: Output = {
    name: 'html',
    finish: () => new Promise((_, reject) => setTimeout(reject, 10, new Error('ENOSPC'))),
  }
  const { verdict } = await settle([json, slowToFail, hook, console])
  assert.equal(verdict, verdicts[1])
  assert.deepEqual(
    [json, hook, console].map(({ said }) => said),
    [['passed 0', 'broken 1'], ['broken 1'], ['broken 1']],
  )
})

test('one that fails when it is to tell the new verdict: the others tell that, too', async () => {
  const json = new Teller('json')
  const junit = Object.assign(new Teller('junit'), { retell: async () => boom() })
  const { verdict, events } = await settle([json, junit, { name: 'csv', finish: boom }])
  assert.equal(verdict, verdicts[2])
  assert.equal(events.length, 2)
  assert.deepEqual(json.said, ['passed 0', 'broken 1', 'broken 2'])
})

for (const after of ['files', 'all'] as const)
  test(`one that fails after the verdict stands (${after}) is logged, and changes nothing`, async () => {
    const [json, last] = [new Teller('json'), new Teller('console', 'all')]
    const { verdict, said, events } = await settle([json, { name: 'bad', after, finish: reject }, last])
    assert.equal(verdict, verdicts[0])
    assert.deepEqual([json.said, last.said], [['passed 0'], ['passed 0']])
    assert.deepEqual(
      [said, events],
      [['output bad failed: boom. This is too late for the verdict, which is already published'], []],
    )
  })

test('one that is too slow is told that nobody waits for it: what it would write later is not the verdict any more', async () => {
  let wrote = false
  const { promise: written, resolve: open } = Promise.withResolvers<void>()
  const slow: Output = {
    name: 'json',
    async finish(_, signal) {
      await written
      if (!signal?.aborted) wrote = true
    },
  }
  const { verdict } = await settle([slow])
  open()
  await new Promise(setImmediate)
  assert.equal(verdict, verdicts[1])
  assert.ok(!wrote)
})
