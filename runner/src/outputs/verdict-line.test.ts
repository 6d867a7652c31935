import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Aggregate } from '../stats/aggregate.ts'
import { finding, finishOf, passed, tenSeconds } from './run.fixture.ts'
import { verdictLine } from './verdict-line.ts'

const line = (verdict: Parameters<typeof finishOf>[1]) => verdictLine(finishOf(tenSeconds(), verdict), (text) => text)

test('one line says it all', () => {
  assert.equal(
    line({ verdict: passed, durationMs: 30_000 }),
    'PASSED — 1,001 requests, 2.1 % failed, p95 7 ms, 30 s: 3 of 3 thresholds held',
  )
  const findings = [finding('passed', 'a'), finding('failed', 'p95 < 5ms: 7 ms')]
  assert.equal(
    line({ verdict: { outcome: 'failed', exitCode: 1, findings } }),
    'FAILED — 1,001 requests, 2.1 % failed, p95 7 ms, 10 s: 1 of 2 thresholds held; p95 < 5ms: 7 ms',
  )
})

test('what broke the run comes before what failed, and never on a second line', () => {
  const many = Array.from({ length: 5 }, (_, at) => finding('failed', `limit ${at}`))
  const findings = [...many, finding('broken', 'setup failed:\nno database', 'hook')]
  assert.match(
    line({ verdict: { outcome: 'broken', exitCode: 2, findings } }),
    /^BROKEN — .*: 0 of 5 thresholds held; setup failed: no database; limit 0; limit 1; and 3 more$/,
  )
})

test('a run that asked nothing and found nothing', () => {
  const run = finishOf(new Aggregate(), { verdict: { ...passed, findings: [] }, durationMs: 0 })
  assert.equal(
    verdictLine(run, (text) => text),
    'PASSED — no requests, 0 ms',
  )
})
