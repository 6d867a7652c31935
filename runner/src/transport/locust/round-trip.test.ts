import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Aggregate, type RequestStats } from '../../stats/aggregate.ts'
import { Recorder } from '../../stats/recorder.ts'
import type { WorkerInterval } from '../../stats/snapshot.ts'
import { decodeFrame } from './decode.ts'
import { stats } from './frames.ts'
import { toLocustStats } from './stats-payload.ts'
import { fromLocustStats } from './stats-reading.ts'

const health = { loopDelayMeanMs: 0, loopDelayMaxMs: 0, cpuPercent: 0, gcMs: 0, rssBytes: 0, saturated: false }
const users = { Shopper: 3, Clerk: 0 }

const ms = fc.oneof(
  fc.double({ min: 0, max: 50, noNaN: true }),
  fc.double({ min: 0, max: 2_000, noNaN: true }),
  fc.double({ min: 0, max: 100_000, noNaN: true }),
  fc.nat(20_000),
)
const sample = fc.record({
  method: fc.constantFrom('GET', 'POST'),
  name: fc.constantFrom('/a', '/b', 'ü'),
  failed: fc.integer({ min: 0, max: 9 }).map((n) => n < 2),
  ms,
  bytes: fc.nat(5_000),
})
type Sample = typeof sample extends fc.Arbitrary<infer T> ? T : never
const seconds = fc.array(fc.array(sample, { maxLength: 60 }), { maxLength: 4 })

function intervalOf(second: number, samples: readonly Sample[]): WorkerInterval {
  const recorder = new Recorder()
  for (const { method, name, failed, ms, bytes } of samples) {
    const request = recorder.request(method, name)
    if (failed) request.failure(ms, Number.NaN, bytes, `HTTP ${500 + (bytes % 3)}`)
    else request.success(ms, Number.NaN, bytes)
  }
  return { second, durationMs: 1_000, stats: recorder.take(), users, health }
}

function assertSame(got: RequestStats, sent: RequestStats): void {
  const [all, was] = [got.all(), sent.all()]
  assert.deepEqual([got.requests, got.failures, got.bytes], [sent.requests, sent.failures, sent.bytes])
  assert.deepEqual([all.min, all.max], [was.min, was.max])
  assert.ok(Math.abs(all.sum - was.sum) <= was.sum * 1e-9, `${all.sum} for ${was.sum}`)
  for (const quantile of [0, 0.1, 0.5, 0.9, 0.95, 0.99, 1]) {
    const [ours, theirs] = [all.percentile(quantile), was.percentile(quantile)]
    // half a millisecond or a twentieth, as Locust rounds, and a bucket of ours on either side of it
    const most = Math.max(0.5, theirs * 0.05) + (theirs + 1) * 0.016
    assert.ok(Math.abs(ours - theirs) <= most, `p${quantile}: ${ours} for ${theirs}`)
  }
}

test('what a Locust report keeps is what was recorded', () => {
  fc.assert(
    fc.property(seconds, (seconds) => {
      const intervals = seconds.map((samples, second) => intervalOf(second, samples))
      const sent = new Aggregate()
      for (const interval of intervals) sent.merge(interval.stats)
      const { data } = decodeFrame(
        stats('vm_1', toLocustStats(intervals, users, { startedAtEpochMs: 1_795_436_662_478 })),
      )
      const report = fromLocustStats(data)
      assert.ok(report)
      const got = new Aggregate()
      got.merge(report.stats)
      assert.deepEqual(report.users, users)
      assert.equal(got.requests().length, sent.requests().length)
      for (const request of got.requests()) assertSame(request, sent.request(request.method, request.name)!)
      assertSame(got.total, sent.total)
      const counted = (errors: ReturnType<Aggregate['errors']>) =>
        errors.map(({ method, name, error, occurrences }) => `${occurrences} × ${method} ${name}: ${error}`).sort()
      assert.deepEqual(counted(got.errors()), counted(sent.errors()))
    }),
    { numRuns: 300 },
  )
})
