import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import schema from '../../../result.schema.json' with { type: 'json' }
import { KatydidError } from '../../errors.ts'
import { createRedact } from '../../redact.ts'
import { Aggregate } from '../../stats/aggregate.ts'
import { ConsoleOutput } from '../console/console.ts'
import { Sink } from '../console/terminal.fixture.ts'
import { outputContract } from '../output.contract.ts'
import { finishOf, intervalOf, planOf, startedAt, startOf, tenSeconds } from '../run.fixture.ts'
import { RunProgress } from '../run-progress.ts'
import { RunPublisher } from './published.ts'

const secret = 'hush-0123456789'
const validate = new Ajv2020({ strict: false }).compile(schema)

outputContract('http', secret, () => {
  const output = new RunPublisher(createRedact([secret]))
  const said = () => {
    const { verdict, summary, resultText } = output.published ?? {}
    return `${JSON.stringify({ ...output.progress, ...verdict, summary })}\n${resultText}`
  }
  return { output, said, dispose: () => {} }
})

test('a secret that is a word of the verdict makes no other verdict', async () => {
  for (const word of ['passed', 'failed', 'broken', 'outcome', 'verdict', 'exitCode', 'threshold']) {
    const publisher = new RunPublisher(createRedact([word]))
    const stats = new Aggregate()
    publisher.start(startOf(stats))
    const finish = finishOf(stats)
    await publisher.finish(finish)
    const { outcome, exitCode, findings } = finish.verdict
    const told = publisher.published?.verdict
    assert.deepEqual([told?.outcome, told?.exitCode], [outcome, exitCode], word)
    assert.deepEqual(
      told?.findings.map(({ outcome, kind }) => [outcome, kind]),
      findings.map(({ outcome, kind }) => [outcome, kind]),
    )
    const { verdict } = JSON.parse(String(publisher.published?.resultText))
    assert.equal(verdict.outcome, outcome, word)
  }
})

test('how far a run is, from the plan to the verdict', async () => {
  let nowMs = 5_000
  const publisher = new RunPublisher((text) => text, new RunProgress(() => nowMs))
  const nothing = { elapsedMs: 0, users: 0, requests: 0, failures: 0 }
  assert.deepEqual(publisher.progress, { state: 'preparing', ...nothing })
  publisher.planned(planOf())
  assert.deepEqual(publisher.progress, { state: 'gathering', ...nothing })
  const stats = new Aggregate()
  publisher.start(startOf(stats))
  for (let second = 0; second < 8; second++) {
    const interval = intervalOf(second)
    stats.merge(interval.stats)
    publisher.interval(interval)
  }
  nowMs += 8_250
  const { p50Ms, p95Ms, ...progress } = publisher.progress
  assert.deepEqual(progress, {
    state: 'running',
    startedAt: new Date(startedAt).toISOString(),
    elapsedMs: 8_250,
    durationMs: 30_000,
    users: 10,
    targetUsers: 10,
    requests: 801,
    failures: 17,
    rps: 100.2,
    failRatio: 11 / 501,
  })
  assert.ok(p50Ms! > 2 && p95Ms! > p50Ms! && p95Ms! < 20)
  nowMs += 22_000
  assert.equal(publisher.progress.state, 'stopping', 'the profile is over')
  await publisher.finish(finishOf(stats))
  assert.equal(publisher.progress.state, 'finished')
})

test('an end before its time is seen: from events, and from users no longer asked for', () => {
  for (const kind of ['aborted', 'interrupted', 'exhausted', 'no_workers', 'stopped'] as const) {
    const publisher = new RunPublisher((text) => text)
    publisher.start(startOf(new Aggregate()))
    publisher.event({ atMs: 1, kind: 'worker_lost', text: 'w1' })
    assert.equal(publisher.progress.state, 'running')
    publisher.event({ atMs: 1, kind, text: kind })
    assert.equal(publisher.progress.state, 'stopping')
  }
  const publisher = new RunPublisher((text) => text)
  publisher.start(startOf(new Aggregate()))
  publisher.interval(intervalOf(0))
  const { targetUsers, ...drained } = intervalOf(1)
  publisher.interval(drained)
  assert.deepEqual([targetUsers, publisher.progress.state], [10, 'stopping'])
})

test('the summary is what the console prints, and the result is a result', async () => {
  const publisher = new RunPublisher((text) => text)
  const stdout = new Sink()
  const console = new ConsoleOutput({ stdout, stderr: new Sink() }, (text) => text)
  const run = finishOf(tenSeconds())
  for (const output of [publisher, console]) {
    output.start(startOf(run.stats))
    for (let second = 0; second < 10; second++) output.interval(intervalOf(second))
    await output.finish(run)
  }
  const { summary, result, verdict } = publisher.published!
  assert.ok(stdout.text.endsWith(`\n\n${summary}\n`))
  assert.match(summary, /^PASSED — 1,001 requests/)
  assert.ok(validate(result), JSON.stringify(validate.errors))
  assert.deepEqual(JSON.parse(String(publisher.published?.resultText)), JSON.parse(JSON.stringify(result)))
  assert.deepEqual(verdict, run.verdict)
})

test('an error before the run is a broken verdict, in one line and in full', async () => {
  const hint = '  2 | const b = = 2\n    |           ^\nname hush-0123456789'
  const publisher = new RunPublisher(createRedact([secret]))
  await publisher.fail(
    new KatydidError('LOAD_FILE', 'load.ts:2:11: Unexpected "="', { hint, shortHint: 'name hush-0123456789' }),
  )
  const { verdict, summary, result } = publisher.published!
  const text = 'load.ts:2:11: Unexpected "=" (name [redacted])'
  assert.deepEqual(verdict, {
    outcome: 'broken',
    exitCode: 2,
    findings: [{ outcome: 'broken', kind: 'load_file', text }],
  })
  assert.deepEqual(summary.split('\n'), [
    `BROKEN — no requests, 0 ms: ${text}`,
    '  load.ts:2:11: Unexpected "="',
    '      2 | const b = = 2',
    '        |           ^',
    '    name [redacted]',
  ])
  assert.ok(validate(result), JSON.stringify(validate.errors))
  assert.equal(result.plan, null)
  await publisher.fail(new Error('later'))
  assert.equal(publisher.published?.summary, summary, 'the first verdict stays')
})

test('all mistakes of a plan are in the one line', async () => {
  const publisher = new RunPublisher((text) => text)
  await publisher.fail(
    new KatydidError('PLAN', 'the plan has 2 mistakes', { hint: 'v.yaml: a: bad\nv.yaml: b: worse' }),
  )
  const [finding] = publisher.published!.verdict.findings
  assert.equal(finding?.text, 'the plan has 2 mistakes (v.yaml: a: bad; v.yaml: b: worse)')
})

test('an error of ours in the middle of a run is told without its stack, with what was counted', async () => {
  const publisher = new RunPublisher((text) => text)
  publisher.start(startOf(tenSeconds()))
  publisher.interval(intervalOf(0))
  publisher.event({ atMs: 1, kind: 'worker_lost', text: 'w1 was lost' })
  await publisher.fail(new TypeError('x is not a function'))
  const { verdict, summary, result } = publisher.published!
  assert.equal(verdict.findings[0]?.text, 'internal error: x is not a function')
  assert.match(summary, /^BROKEN — 1,001 requests, .*: internal error: x is not a function\n/)
  assert.doesNotMatch(summary + publisher.published?.resultText, /published\.test\.ts/)
  assert.ok(validate(result), JSON.stringify(validate.errors))
  assert.deepEqual([result.totals.requests, result.users.peak, result.events.length], [1_001, 5, 1])
})
