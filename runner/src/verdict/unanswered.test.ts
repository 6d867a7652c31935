import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Finding } from '../facts/verdict.ts'
import { planOf } from '../outputs/run.fixture.ts'
import { createCriteria } from './criteria.ts'
import { intervalOf, judge, TestRun, type TestSecond } from './run.fixture.ts'
import { SlidingThreshold } from './sliding-threshold.ts'
import { parseThreshold } from './threshold-grammar.ts'
import { conclude } from './verdict.ts'
import { WholeRunThreshold } from './whole-run-threshold.ts'

const times = (count: number, ms: number) => Array<number>(count).fill(ms)
const wholeRun = (that: string, seconds: TestSecond[], options = {}) =>
  judge(new WholeRunThreshold(parseThreshold(that), { warmupMs: 0, ...options }), seconds)[0] as Finding
const byDefault = (seconds: TestSecond[]) => wholeRun('unanswered < 1%', seconds, { isDefault: true })

/** Some seconds of a target that answers `rate` requests a second in 5 ms. */
const well = (seconds: number, rate: number, more: TestSecond = {}): TestSecond[] =>
  Array.from({ length: seconds }, () => ({ ok: times(rate, 5), ...more }))

/** Then so many requests wait, from their start to the run's end, where they are given up. */
function hang(seconds: number, count: (second: number) => number, more: TestSecond = {}): TestSecond[] {
  const ages = (at: number) =>
    Array.from({ length: at + 1 }, (_, i) => times(count(i), (at + 1 - i) * 1_000 - 500)).flat()
  const waiting = Array.from({ length: seconds - 1 }, (_, at) => ({ waiting: ages(at), ...more }))
  return [...waiting, { unanswered: ages(seconds - 1), ...more }]
}
const all20 = (second: number) => (second === 0 ? 20 : 0)

describe('a target that stops answering fails by default', () => {
  const cases: Record<string, TestSecond[]> = {
    'closed model: 20 fast users, all of which wait': [
      ...well(5, 10_000, { users: 20 }),
      ...hang(15, all20, { users: 20 }),
    ],
    'closed model: one user, who waits': [
      ...well(5, 300, { users: 1 }),
      ...hang(15, (s) => (s === 0 ? 1 : 0), { users: 1 }),
    ],
    'closed model, an hour of it before': [...well(3_600, 50, { users: 20 }), ...hang(15, all20, { users: 20 })],
    'a run of 3 s whose target hangs in the last 2, given up at its end': [
      ...well(1, 100, { users: 5 }),
      { waiting: times(5, 900), users: 5 },
      { unanswered: times(5, 1_900), users: 5 },
    ],
    'a run of 1 s in which nothing is answered after the first moment': [
      { ok: times(40, 5), unanswered: times(5, 700), users: 5 },
    ],
    'open model: what arrives piles up': [
      ...well(5, 20, { arrivals: { offered: 20, started: 20, dropped: 0 }, users: 1 }),
      ...hang(15, () => 20, { arrivals: { offered: 20, started: 20, dropped: 0 }, users: 150 }),
    ],
    'open model, an hour of it before': [
      ...well(3_600, 20, { arrivals: { offered: 20, started: 20, dropped: 0 } }),
      ...hang(15, () => 20, { arrivals: { offered: 20, started: 20, dropped: 0 } }),
    ],
    'users whose onStart waits, beside those that go on': [
      ...well(5, 100, { users: 5 }),
      ...hang(15, (s) => (s < 13 ? 1 : 0), { ok: times(100, 5), users: 20 }),
    ],
    'a quarter of the users, who talk to a part of the target that hangs': [
      ...well(5, 1_000, { users: 100 }),
      ...hang(15, (s) => (s === 0 ? 25 : 0), { ok: times(750, 5), users: 100 }),
    ],
    'requests that time out, one after another': [
      ...well(5, 10_000, { users: 20 }),
      ...Array.from({ length: 15 }, (_, s) => ({
        waiting: times(20, (s % 2) * 1_000 + 500),
        users: 20,
        ...(s % 2 ? { timeouts: times(20, 2_000) } : {}),
      })),
    ],
    'time-outs until the end, after hours of it, and the end gives up what waits': [
      ...well(3_600, 50, { users: 20 }),
      ...Array.from({ length: 15 }, (_, s) => ({
        ...{ waiting: times(20, (s % 2) * 1_000 + 500), users: 20 },
        ...(s % 2 ? { timeouts: times(20, 2_000) } : {}),
      })),
      { unanswered: times(20, 700), users: 20 },
    ],
    'time-outs until the end, after hours of it, and teardown() records something': [
      ...well(3_600, 50, { users: 20 }),
      ...Array.from({ length: 15 }, () => ({ timeouts: times(20, 900), users: 20 })),
      { metrics: [{ kind: 'counter', name: 'rows', sum: 1 }], durationMs: 0 },
    ],
    'one user whose requests time out': [
      ...well(5, 300, { users: 1 }),
      ...Array.from({ length: 15 }, () => ({ timeouts: [900], users: 1 })),
    ],
    'a time-out of a minute, just over at the end': [
      ...well(5, 10_000, { users: 20 }),
      ...hang(60, all20, { users: 20 }).slice(0, 59),
      { timeouts: times(20, 60_000), users: 20 },
      ...hang(3, all20, { users: 20 }),
    ],
    'two users, one of which waits': [
      ...well(5, 300, { users: 2 }),
      ...hang(15, (s) => (s === 0 ? 1 : 0), { ok: times(150, 5), users: 2 }),
    ],
    'a worker that was lost while its requests waited': [
      ...well(5, 100, { users: 4 }),
      ...hang(12, (s) => (s === 0 ? 4 : 0), { users: 4 }),
    ],
  }
  for (const [title, seconds] of Object.entries(cases))
    test(title, () => {
      const { outcome, text, value } = byDefault(seconds)
      assert.equal(outcome, 'failed', text)
      assert.ok((value as number) > 0.01)
      assert.match(text, /^unanswered < 1% \(default\): .* % \(\d+ requests? without an answer, the oldest for \d+/)
    })
})

describe('what is only slow passes by default', () => {
  const cases: Record<string, TestSecond[]> = {
    'a long poll of 30 s that the end cuts off': [
      ...hang(30, all20, { users: 20 }).slice(0, 29),
      { ok: times(20, 30_000), users: 20 },
      ...hang(25, all20, { users: 20 }),
    ],
    'a run of 3 s whose answers take 1.2 s, cut off at its end': [
      { waiting: times(5, 900), users: 5 },
      { ok: times(5, 1_200), waiting: times(5, 800), users: 5 },
      { ok: times(5, 1_200), unanswered: times(5, 600), users: 5 },
    ],
    'a run of 1 s whose last requests are young': [{ ok: times(40, 200), unanswered: times(5, 280), users: 5 }],
    'one user that thinks for 20 s': Array.from({ length: 120 }, (_, s) =>
      s % 20 === 0 ? { ok: [5], users: 1 } : { users: 1 },
    ),
    'many young requests in flight at the end': [
      ...well(20, 1_000, { users: 500 }),
      { ok: times(500, 5), unanswered: times(500, 4), users: 500 },
    ],
    'slow answers, cut off at the end': [
      { waiting: times(10, 900), users: 10 },
      ...well(20, 2, { waiting: times(10, 3_000), users: 10 }).map((s) => ({ ...s, ok: [4_000, 4_500] })),
      { unanswered: times(10, 4_800), users: 10 },
    ],
    'one request of 10 s among many, and the end cuts it off': [
      ...well(50, 100, { users: 20 }),
      ...hang(9, (s) => (s === 0 ? 1 : 0), { ok: times(100, 5), users: 20 }),
    ],
    'one user whose request takes 10 s, and is answered': [
      ...well(20, 10, { users: 1 }),
      ...hang(10, (s) => (s === 0 ? 1 : 0), { users: 1 }).slice(0, 9),
      { ok: [10_000], users: 1 },
      ...well(5, 10, { users: 1 }),
    ],
    'a target that stops for 10 s and then answers all': [
      ...well(5, 100, { users: 20 }),
      ...hang(10, all20, { users: 20 }).slice(0, 9),
      { ok: times(20, 9_700), users: 20 },
      ...well(5, 100, { users: 20 }),
    ],
    'a time-out now and then, while others are answered': Array.from({ length: 60 }, (_, s) => ({
      ...{ ok: times(500, 5), users: 20 },
      ...(s % 10 === 9 ? { timeouts: [2_000] } : {}),
    })),
    'one user that thinks for 20 s, and a time-out': Array.from({ length: 4_000 }, (_, s) => ({
      users: 1,
      ...(s === 3_000 ? { timeouts: [2_000] } : s % 20 === 0 ? { ok: [5] } : {}),
    })),
    'ten seconds of time-outs in an hour, over long before the end': [
      ...well(1_800, 100, { users: 20 }),
      ...Array.from({ length: 12 }, () => ({ timeouts: times(20, 900), users: 20 })),
      ...well(1_800, 100, { users: 20 }),
    ],
    'nothing at all is no news': well(5, 10, { users: 1 }),
  }
  for (const [title, seconds] of Object.entries(cases))
    test(title, () => {
      const { outcome, text } = byDefault(seconds)
      assert.equal(outcome, 'passed', text)
    })

  test('a run without a request says nothing', () => {
    assert.deepEqual(
      judge(new WholeRunThreshold(parseThreshold('unanswered < 1%'), { warmupMs: 0, isDefault: true }), [{}]),
      [],
    )
  })
})

test('the plan can say it otherwise: of all requests, and then it is no default; of one name, beside it', () => {
  const run = new TestRun()
  const texts = (...thresholds: string[]) => {
    const { findings } = conclude(createCriteria(planOf({ thresholds })), run)
    return findings.map(({ text }) => text).filter((text) => text.includes('unanswered'))
  }
  const criteria = createCriteria(planOf())
  ;[...well(5, 10, { users: 4 }), ...hang(15, (s) => (s === 0 ? 4 : 0), { users: 4 })].forEach((given, second) => {
    run.add(intervalOf(second, given), criteria)
  })
  assert.equal(conclude(criteria, run).outcome, 'failed')
  assert.deepEqual(
    texts('unanswered < 100%').filter((text) => text.includes('default')),
    [],
  )
  assert.equal(texts('/a: unanswered < 5').length, 2)
})

test('a number is of requests, a share of the time; a name has its own answers', () => {
  const seconds = [...well(5, 20), ...hang(15, () => 5, { ok: times(15, 5) })]
  const { value, outcome } = wholeRun('unanswered < 10', seconds)
  assert.deepEqual([value, outcome], [50, 'failed'])
  assert.equal(wholeRun('/other: unanswered < 10', seconds).text, '/other: unanswered < 10: never measured')
  const share = wholeRun('/a: unanswered < 30%', seconds)
  assert.ok((share.value as number) > 0.15 && (share.value as number) < 0.3, share.text)
})

test('latencies of the whole run count what has no answer, marked', () => {
  const seconds = [...well(5, 190), ...hang(15, (s) => (s === 0 ? 50 : 0))]
  for (const [that, outcome, value, atLeast] of [
    ['p50 < 300ms', 'passed', 5, undefined],
    ['p99 < 300ms', 'failed', 14_464, true],
    ['max < 1s', 'failed', 14_500, true],
    ['max > 1s', 'passed', 14_500, true],
    ['min < 1s', 'passed', 5, undefined],
    ['max{ok} < 1s', 'passed', 5, undefined],
  ] as const) {
    const finding = wholeRun(that, seconds)
    assert.equal(finding.outcome, outcome, finding.text)
    assert.ok(Math.abs((finding.value as number) - value) <= value * 0.01, finding.text)
    assert.equal(finding.atLeast, atLeast, finding.text)
    assert.equal(finding.text.includes('≥'), atLeast === true, finding.text)
  }
})

test('a threshold that ends the run does so while requests wait', () => {
  for (const that of ['max < 3s', 'unanswered < 1%']) {
    const criterion = new WholeRunThreshold(parseThreshold(that), { warmupMs: 0, abort: true })
    const run = new TestRun()
    const seconds = [...well(5, 100, { users: 20 }), ...hang(15, all20, { users: 20 })]
    const ended = seconds.flatMap((given, second) => run.add(intervalOf(second, given), [criterion]).map(() => second))
    assert.equal(ended.length, 1, that)
    assert.ok((ended[0] as number) > 5 && (ended[0] as number) < 12, `${that} at ${ended[0]}`)
  }
})

test('what has waited less than the limit, and no answer at all, measures nothing', () => {
  assert.match(wholeRun('p95 < 300ms', [{ unanswered: [100] }]).text, /never measured/)
  assert.equal(wholeRun('p95 < 300ms', [{ unanswered: [400] }]).outcome, 'failed')
  assert.equal(wholeRun('min > 50ms', [{ unanswered: [100] }]).outcome, 'passed')
})

test('a window in which requests waited and none was answered is judged, on its own and by name', () => {
  const seconds = [...well(5, 100, { users: 20 }), ...hang(15, all20, { users: 20 })]
  for (const that of ['p95 < 300ms', '/a: p95 < 300ms', 'mean < 300ms', 'unanswered < 1%', '/a: unanswered < 10']) {
    const criterion = new SlidingThreshold(parseThreshold(that), 5_000, { warmupMs: 0, abort: true })
    const run = new TestRun()
    const ended = seconds.flatMap((given, second) => run.add(intervalOf(second, given), [criterion]).map(() => second))
    assert.equal(ended.length, 1, that)
    assert.ok((ended[0] as number) <= 12, that)
    assert.match(criterion.conclude()[0]?.text ?? '', that.includes('unanswered') ? /20 requests without/ : /≥/)
  }
})

test('time-outs of a silence count in a window, too, and those between answers do not', () => {
  const breaks = (that: string, seconds: TestSecond[]) => {
    const [found] = judge(new SlidingThreshold(parseThreshold(that), 5_000, { warmupMs: 0 }), seconds)
    return [found?.outcome, found?.text.includes('no answer meanwhile')]
  }
  const silence = [
    ...well(60, 100, { users: 20 }),
    ...Array.from({ length: 30 }, () => ({ timeouts: times(20, 900), users: 20 })),
  ]
  const some = well(90, 100, { users: 20, timeouts: times(2, 900) })
  for (const that of ['unanswered < 1%', '/a: unanswered < 1%', 'unanswered < 50']) {
    assert.deepEqual(breaks(that, silence), ['failed', true], that)
    assert.deepEqual(breaks(that, some), ['passed', false], that)
  }
  assert.deepEqual(breaks('/other: unanswered < 1%', silence)[0], 'failed') // never measured
})

test('a window counts an answer that comes late once, and what waited before it in none after it', () => {
  const criterion = new SlidingThreshold(parseThreshold('requests < 1000'), 5_000, { warmupMs: 0 })
  const seconds = [...well(3, 10), ...hang(6, all20).slice(0, 5), { ok: times(20, 5_700) }, ...well(3, 10)]
  assert.equal(judge(criterion, seconds)[0]?.value, 50)
  const latency = new SlidingThreshold(parseThreshold('max < 1s'), 5_000, { warmupMs: 0 })
  const [found] = judge(latency, seconds)
  assert.equal(found?.value, 5_700)
  assert.equal(found?.atLeast, undefined)
})

test('from an intended start a request has waited at least as long', () => {
  const paced = well(5, 20, { scheduled: [6] })
  const finding = wholeRun('max{scheduled} < 1s', [...paced, ...hang(8, all20)])
  assert.deepEqual([finding.outcome, finding.atLeast], ['failed', true])
  assert.match(wholeRun('max{scheduled} < 1s', [...well(5, 20), ...hang(8, all20)]).text, /never measured/)
})
