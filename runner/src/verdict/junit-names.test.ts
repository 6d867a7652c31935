import assert from 'node:assert/strict'
import { test } from 'node:test'
import { junitOf } from '../outputs/junit/junit.fixture.ts'
import { finishOf } from '../outputs/run.fixture.ts'
import { planOf } from '../plan/plan.fixture.ts'
import { createCriteria } from './criteria.ts'
import { intervalOf, TestRun, type TestSecond } from './run.fixture.ts'
import { conclude } from './verdict.ts'

const plan = planOf({
  files: [
    `load:
  file: a.ts
  host: http://h
  profile: { kind: constant, users: 1, runTime: 10s }
  thresholds:
    - max < 10ms
    - { that: max < 10ms, abort: true, after: 5s }
    - max<10ms
    - max{ok} < 10ms
    - "/a: max < 10ms"
    - "GET /a: max < 10ms"
    - '"a: b": max < 10ms'
    - '"orders: placed" > 10'
    - '"orders: paid" > 10'
    - { that: max < 10ms, window: 1s }
    - { that: max < 10ms, window: 1s, abort: true }
    - { that: max < 10ms, window: 1010ms }
    - { that: max < 10ms, window: 9h }
    - { that: max < 10ms, window: 9h1s }
    - '/fail: fail_ratio < 1%'
`,
  ],
})

function casesOf(seconds: TestSecond[]): string[] {
  const criteria = createCriteria(plan)
  const run = new TestRun()
  for (const [second, given] of seconds.entries()) run.add(intervalOf(second, given), criteria)
  const xml = junitOf(finishOf(run.all, { verdict: conclude(criteria, run) }), plan)
  return [...xml.matchAll(/<testcase classname="([^"]*threshold)" name="([^"]*)"/g)].map((found) => found[2] as string)
}

const runs: Record<string, TestSecond[]> = {
  good: [{ ok: [5] }, { ok: [5] }],
  bad: [{ ok: [50] }, { failed: [50], exceptions: 1 }],
  short: [{ ok: [5], durationMs: 300 }],
}

for (const [title, seconds] of Object.entries(runs))
  test(`a ${title} run has a case for each threshold, and no two share a name`, () => {
    const names = casesOf(seconds)
    assert.equal(names.length, plan.thresholds.length + 3, 'and the defaults')
    assert.deepEqual(new Set(names).size, names.length, names.join('\n'))
  })

test('a case keeps its name from run to run, whatever came of it', () => {
  const good = casesOf(runs.good as TestSecond[]).sort()
  assert.deepEqual(casesOf(runs.bad as TestSecond[]).sort(), good)
  assert.deepEqual(casesOf(runs.short as TestSecond[]).sort(), good)
})

test('thresholds that differ in nothing to be seen are numbered', () => {
  const names = casesOf(runs.good as TestSecond[])
  assert.ok(names.includes('max &lt; 10ms') && names.includes('max &lt; 10ms #2'), names.join('\n'))
})
