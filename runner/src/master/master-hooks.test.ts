import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { KatydidError } from '../errors.ts'
import { plan, ScriptedWorker } from './master.fixture.ts'
import { hookNames, rig } from './master-rig.fixture.ts'

for (const failing of hookNames)
  test(`a ${failing} that throws makes the run broken, and the rest still happens`, async () => {
    const worker = new ScriptedWorker()
    const { master, sink, called } = rig([worker], {
      failing: {
        [failing]: () => {
          called.push(failing)
          throw new Error('no way')
        },
      },
    })
    const verdict = await master.run()
    assert.deepEqual([verdict.outcome, verdict.exitCode], ['broken', 2])
    assert.deepEqual(
      verdict.findings.map(({ text }) => text),
      [`${failing} failed: no way`],
    )
    const ran = ['init', 'setup', 'testStart'].includes(failing)
    const names = called.map((name) => name.split(' ')[0])
    const expected = ran
      ? [...hookNames.slice(0, hookNames.indexOf(failing) + 1), ...hookNames.slice(3)]
      : [...hookNames.slice(0, 3), 'spawningComplete', ...hookNames.slice(3)]
    assert.deepEqual(names, expected)
    assert.equal(worker.types().includes('start'), !ran)
    assert.deepEqual(worker.types().slice(-2), ['stop', 'quit'])
    assert.equal(sink.told[0], 'start')
    assert.ok(sink.told.includes('event hook_failed') && sink.told.includes('finish'))
    assert.equal(sink.told.filter((what) => what === 'start').length, 1)
  })

test('setup whose result is not JSON is broken, and says so', async () => {
  const { master } = rig([new ScriptedWorker()], { failing: { setup: async () => ({ big: 1n }) } })
  const verdict = await master.run()
  assert.match(verdict.findings[0]?.text ?? '', /^setup failed: setup\(\) returned a value that is not JSON: /)
})

test('setup whose result is larger than a worker takes is broken, says so, and nothing is loaded', async () => {
  const worker = new ScriptedWorker()
  const send = worker.masterEnd.send.bind(worker.masterEnd)
  worker.masterEnd.send = (message) => {
    if (message.type === 'start') throw new KatydidError('LOAD_FILE', 'the data that setup() returned has 70 MB')
    send(message)
  }
  const { master } = rig([worker])
  const { outcome, findings } = await master.run()
  assert.deepEqual([outcome, findings[0]?.text], ['broken', 'setup failed: the data that setup() returned has 70 MB'])
  assert.deepEqual(worker.types(), ['ack', 'stop', 'quit'])
})

const never = () => new Promise<never>(() => {})

test('a setup() that does not end in its time: broken, nothing is loaded, and the rest still happens', async () => {
  const worker = new ScriptedWorker()
  const { master, called } = rig([worker], { plan: plan('  setupTimeout: 50ms'), failing: { setup: never } })
  const verdict = await master.run()
  assert.equal(verdict.outcome, 'broken')
  assert.deepEqual(
    verdict.findings.map(({ text }) => text),
    ['setup failed: not finished after 50 ms: make it faster, or raise the time limit load.setupTimeout'],
  )
  assert.deepEqual(called, ['init', 'testStopping', 'teardown undefined', 'testStop', 'quitting', 'quit 2'])
  assert.deepEqual(worker.types(), ['ack', 'stop', 'quit'])
})

test('a teardown() that does not end in its time: broken, with all that was measured', async () => {
  const { master, sink } = rig([new ScriptedWorker()], {
    plan: plan('  teardownTimeout: 50ms'),
    failing: { teardown: never },
  })
  const verdict = await master.run()
  assert.equal(verdict.outcome, 'broken')
  assert.match(
    verdict.findings[0]?.text ?? '',
    /^teardown failed: not finished after 50 ms: make it faster, or raise the time limit load\.teardownTimeout/,
  )
  assert.equal(sink.finished?.stats.total.requests, 3)
})

test('a stop while setup() goes on: nobody waits for that', async () => {
  const worker = new ScriptedWorker()
  const { master } = rig([worker], {
    failing: {
      setup: () => {
        master.command({ kind: 'stop', reason: 'interrupted by SIGINT', cause: 'interrupted' })
        return never()
      },
    },
  })
  const verdict = await master.run()
  assert.deepEqual(
    verdict.findings.map(({ kind }) => kind),
    ['interrupted'],
    'and no hook is said to have failed',
  )
  assert.deepEqual(worker.types(), ['ack', 'stop', 'quit'])
})

test('a setup() that stops the run itself comes to its end, and teardown has what it returned', async () => {
  const { master, called } = rig([new ScriptedWorker()], {
    failing: {
      setup: async () => {
        master.command({ kind: 'stop', reason: 'nothing to do', cause: 'user' })
        await sleep(20)
        return { id: 1 }
      },
    },
  })
  const verdict = await master.run()
  assert.ok(!verdict.findings.some(({ text }) => /failed/.test(text)))
  assert.ok(called.includes('teardown {"id":1}'), called.join())
})

test('a run that is to stop and then interrupted in its setup() is interrupted: its workers are not to count as done', async () => {
  const worker = new ScriptedWorker()
  const { master } = rig([worker], {
    failing: {
      setup: () => {
        master.command({ kind: 'stop', reason: 'nothing to do', cause: 'user' })
        master.command({ kind: 'stop', reason: 'interrupted by SIGTERM', cause: 'interrupted' })
        return never()
      },
    },
  })
  const verdict = await master.run()
  assert.deepEqual(
    verdict.findings.map(({ kind }) => kind),
    ['interrupted'],
  )
  assert.deepEqual(worker.heard.at(-1), { type: 'quit', exitCode: 3 })
})

test('rates that listeners find are of the run, not of the time that teardown() takes', async () => {
  const rates: number[] = []
  const { master, sink } = rig([new ScriptedWorker()], {
    failing: {
      teardown: () => sleep(500),
      quitting: async () => void rates.push(master.stats.total.rps),
    },
  })
  await master.run()
  const { stats, durationMs } = sink.finished ?? assert.fail('nothing was told')
  const rate = (stats.total.requests * 1_000) / durationMs
  assert.equal(rates.length, 1)
  // milliseconds or seconds, rounded once or twice
  assert.ok(Math.abs(rates[0]! / rate - 1) < 1e-9, `${rates[0]} for ${rate}`)
})
