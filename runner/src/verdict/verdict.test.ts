import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { EventKind } from '../facts/run-event.ts'
import type { Finding } from '../facts/verdict.ts'
import { planOf } from '../plan/plan.fixture.ts'
import { createCriteria, criterionFactories } from './criteria.ts'
import { criterionContract } from './criterion.contract.ts'
import { Delivery } from './delivery.ts'
import { GeneratorHealth } from './generator-health.ts'
import { healthy, intervalOf, judge, TestRun, type TestSecond } from './run.fixture.ts'
import { RunEvents } from './run-events.ts'
import { conclude } from './verdict.ts'

const plan = (load = '') =>
  planOf({
    files: [`load: { file: a.ts, host: "http://h", profile: { kind: constant, users: 1, runTime: 10s }${load} }`],
  })

const everything = plan(
  ', thresholds: [p95 < 1s, "/a: p99{ok} < 1s", { that: max < 1s, window: 2s }, { that: fail_ratio < 50%, abort: true, after: 1s }, checks > 1%]',
)
for (const [name, make] of Object.entries(criterionFactories)) criterionContract(name, () => make(everything))

const told = (findings: Finding[]) => findings.map(({ outcome, text }) => `${outcome}: ${text}`)
const saturated = { ...healthy, saturated: true }
const arrivals = (dropped: number) => ({ ok: [1], arrivals: { offered: 1_000, started: 1_000 - dropped, dropped } })

describe('delivery and generator, and the line that tells them', () => {
  const rows: [title: string, make: () => Delivery | GeneratorHealth, seconds: TestSecond[], lines: string[]][] = [
    [
      'nothing completed',
      () => new Delivery(),
      [{}],
      ['broken: nothing completed: no request was answered, and none failed'],
    ],
    [
      'nothing was even offered',
      () => new Delivery(),
      [{ arrivals: { offered: 0, started: 0, dropped: 0 } }],
      [
        'broken: nothing completed: no request was answered, and none failed',
        'passed: arrivals dropped ≤ 1 %: 0 % (0 of 0)',
      ],
    ],
    ['failures are completed too', () => new Delivery(), [{ failed: [1] }], []],
    ['no arrival dropped', () => new Delivery(), [arrivals(0)], ['passed: arrivals dropped ≤ 1 %: 0 % (0 of 1,000)']],
    ['one in a hundred', () => new Delivery(), [arrivals(10)], ['passed: arrivals dropped ≤ 1 %: 1 % (10 of 1,000)']],
    [
      'more than that',
      () => new Delivery(),
      [arrivals(10), arrivals(11)],
      ['broken: arrivals dropped ≤ 1 %: 1.05 % (21 of 2,000): no user was free: raise maxUsers, or check the target'],
    ],
    ['a run without intervals', () => new GeneratorHealth('broken'), [], []],
    [
      'a second that lasted nine, of which eight stood still',
      () => new GeneratorHealth('broken'),
      [{ health: [{ ...saturated, stalledMs: 8_010, stoppedMs: 8_000 }] }, ...Array.from({ length: 11 }, () => ({}))],
      [
        'broken: generator saturated in ≤ 5 % of intervals: 45 %: the latencies include delays of the load generator: use more workers or fewer users',
      ],
    ],
    [
      'seconds without any health',
      () => new GeneratorHealth('broken'),
      [{ health: [] }],
      ['passed: generator never measured: no worker reported its CPU, so katydid cannot know whether it was saturated'],
    ],
    [
      'one in twenty saturated',
      () => new GeneratorHealth('broken'),
      Array.from({ length: 20 }, (_, i) => ({ health: [i === 3 ? saturated : healthy] })),
      ['passed: generator saturated in ≤ 5 % of intervals: 5 %'],
    ],
    [
      'one of two workers all the time',
      () => new GeneratorHealth('broken'),
      [{ health: [healthy, saturated] }],
      [
        'broken: generator saturated in ≤ 5 % of intervals: 50 %: the latencies include delays of the load generator: use more workers or fewer users',
      ],
    ],
    [
      'only a warning',
      () => new GeneratorHealth('warn'),
      [{ health: [saturated] }],
      [
        'passed: generator saturated in ≤ 5 % of intervals: 100 %: the latencies include delays of the load generator: use more workers or fewer users (warning only)',
      ],
    ],
  ]
  for (const [title, make, seconds, lines] of rows)
    test(title, () => {
      const told = judge(make(), seconds).map(({ outcome, text }) => `${outcome}: ${text}`)
      assert.deepEqual(told, lines)
    })
})

describe('events', () => {
  const rows: [kind: EventKind, hasEnd: boolean, lines: string[]][] = [
    ['hook_failed', true, ['broken: it happened']],
    ['listener_failed', true, ['broken: it happened']],
    ['output_failed', true, ['broken: it happened']],
    ['file_limit', true, ['broken: it happened']],
    ['worker_silent', true, ['broken: it happened']],
    ['no_workers', true, ['broken: it happened']],
    ['stopped_failed', true, ['failed: it happened']],
    ['stopped_broken', true, ['broken: it happened']],
    ['interrupted', true, ['broken: it happened before its load was over']],
    ['interrupted', false, []],
    ['names_capped', true, []],
    ['aborted', true, []],
    ['stopped', true, []],
  ]
  for (const [kind, hasEnd, lines] of rows)
    test(`${kind}${hasEnd ? '' : ', without a run time'}`, () => {
      const events = new RunEvents(hasEnd)
      for (const atMs of [1, 2]) events.event({ atMs, kind, text: 'it happened' })
      assert.deepEqual(told(events.conclude()), lines)
    })
})

test('an interrupted run is broken where its load has an end of its own: a run time, stages, a LoadShape', () => {
  const profiles: [profile: string, broken: boolean][] = [
    ['{ kind: constant, users: 1 }', false],
    ['{ kind: constant, users: 1, runTime: 10s }', true],
    ['{ kind: stages, stages: [{ hold: 1s, users: 1 }] }', true],
    ['{ kind: shape }', true],
    ['{ kind: arrivals, rate: 1/s, maxUsers: 1 }', false],
  ]
  for (const [profile, broken] of profiles) {
    const criteria = createCriteria(planOf({ files: [`load: { file: a.ts, host: "http://h", profile: ${profile} }`] }))
    for (const criterion of criteria)
      criterion.event?.({ atMs: 1, kind: 'interrupted', text: 'interrupted by SIGTERM' })
    const findings = criteria.flatMap((criterion) => criterion.conclude(new TestRun()))
    assert.equal(
      findings.some(({ kind }) => kind === 'interrupted'),
      broken,
      profile,
    )
  }
})

test('an event of many lines is a finding of one, with its moment; each text once, in order', () => {
  const events = new RunEvents(true)
  events.event({ atMs: 5, kind: 'hook_failed', text: 'setup failed: no\n  1 !== 2\n' })
  events.event({ atMs: 6, kind: 'stopped_failed', text: 'stopped by a user' })
  events.event({ atMs: 7, kind: 'hook_failed', text: 'setup failed: no 1 !== 2' })
  assert.deepEqual(events.conclude(), [
    { outcome: 'broken', kind: 'hook_failed', text: 'setup failed: no 1 !== 2', atMs: 5 },
    { outcome: 'failed', kind: 'stopped_failed', text: 'stopped by a user', atMs: 6 },
  ])
})

describe('the verdict', () => {
  const judged = (load: string, seconds: TestSecond[], events: EventKind[] = []) => {
    const criteria = createCriteria(plan(load))
    const run = new TestRun(plan(load).warmup)
    seconds.forEach((given, second) => {
      run.add(intervalOf(second, given), criteria)
    })
    for (const kind of events) for (const criterion of criteria) criterion.event?.({ atMs: 0, kind, text: kind })
    return conclude(criteria, run)
  }
  const rows: [
    title: string,
    load: string,
    second: TestSecond,
    events: EventKind[],
    outcome: string,
    exitCode: number,
  ][] = [
    ['all well', '', { ok: [1] }, [], 'passed', 0],
    ['a threshold broke', ', thresholds: [max < 1ms]', { ok: [5] }, [], 'failed', 1],
    ['broken beats failed', ', thresholds: [max < 1ms]', { ok: [5] }, ['hook_failed'], 'broken', 2],
    ['nothing completed', '', {}, [], 'broken', 2],
    ['a default broke', '', { failed: [1] }, [], 'failed', 1],
    ['an exception', '', { ok: [1], exceptions: 1 }, [], 'failed', 1],
    ['its own limit instead of the default', ', thresholds: [fail_ratio <= 100%]', { failed: [1] }, [], 'passed', 0],
    [
      'a limit for one name leaves the default',
      ', thresholds: ["/a: fail_ratio <= 100%"]',
      { failed: [1] },
      [],
      'failed',
      1,
    ],
    [
      'its own limit over windows, too',
      ', thresholds: [{ that: fail_ratio <= 100%, window: 1s }]',
      { failed: [1] },
      [],
      'passed',
      0,
    ],
    ['its own limit of exceptions', ', thresholds: [exceptions < 5]', { ok: [1], exceptions: 4 }, [], 'passed', 0],
    [
      'its own may be stricter',
      ', thresholds: [fail_ratio = 0]',
      { ok: Array(999).fill(1), failed: [1] },
      [],
      'failed',
      1,
    ],
    ['another measure leaves the defaults', ', thresholds: [failures < 5]', { failed: [1] }, [], 'failed', 1],
    ['dropped arrivals', '', arrivals(11), [], 'broken', 2],
    ['dropped arrivals beat a threshold', ', thresholds: [max < 1ms]', arrivals(11), [], 'broken', 2],
    ['stopped as failed', '', { ok: [1] }, ['stopped_failed'], 'failed', 1],
    ['interrupted', '', { ok: [1] }, ['interrupted'], 'broken', 2],
    ['interrupted and failed', '', { failed: [1] }, ['interrupted', 'stopped_failed'], 'broken', 2],
    ['what merely happened', '', { ok: [1] }, ['names_capped', 'aborted', 'worker_lost'], 'passed', 0],
    ['never measured', ', thresholds: ["/b: max < 1s"]', { ok: [1] }, [], 'failed', 1],
    ['nothing but its warm-up', ', warmup: 1s', { failed: [1] }, ['stopped'], 'broken', 2],
    ['nothing but its warm-up, and all well', ', warmup: 1s', { ok: [1] }, ['stopped'], 'broken', 2],
    ['saturated', '', { ok: [1], health: [saturated] }, [], 'broken', 2],
    ['saturated, softened', ', onSaturated: warn', { ok: [1], health: [saturated] }, [], 'passed', 0],
  ]
  for (const [title, load, second, events, outcome, exitCode] of rows)
    test(title, () => {
      const verdict = judged(load, [second], events)
      assert.deepEqual([verdict.outcome, verdict.exitCode], [outcome, exitCode])
      const order = verdict.findings.map(({ outcome }) => ['broken', 'failed', 'passed'].indexOf(outcome))
      assert.deepEqual(order, order.toSorted(), 'worst first')
    })

  test('what fails in the warm-up is left out', () => {
    const { outcome } = judged(', warmup: 1s', [{ failed: [1] }, { ok: [1] }])
    assert.equal(outcome, 'passed')
  })

  test('no request ended after the warm-up: the verdict says so', () => {
    const { findings } = judged(', warmup: 1s', [{ failed: [1] }, { waiting: [500] }])
    assert.equal(findings[0]?.text, 'nothing was measured: no request ended after the warm-up')
  })

  test('a metric that was recorded after the warm-up is something that was measured', () => {
    const metrics = [{ kind: 'counter' as const, name: 'orders', sum: 1 }]
    const { outcome } = judged(', warmup: 1s, thresholds: [orders > 0]', [{ ok: [1] }, { metrics }])
    assert.equal(outcome, 'passed')
  })

  test('defaults are told as such', () => {
    const { findings } = judged('', [{ ok: [1] }])
    assert.deepEqual(
      findings.map(({ text }) => text).filter((text) => text.includes('default')),
      ['fail_ratio < 1% (default): 0 %', 'exceptions = 0 (default): 0', 'unanswered < 1% (default): 0 %'],
    )
  })
})
