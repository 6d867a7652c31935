import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Aggregate } from '../stats/aggregate.ts'
import { Recorder } from '../stats/recorder.ts'
import { RunEnvironment } from './run-environment.ts'
import { runStatsOf } from './run-stats.ts'
import { testRun } from './test-run.fixture.ts'

test('totals and figures of each name, in the units that it says', () => {
  const recorder = new Recorder()
  for (let ms = 1; ms <= 100; ms++) recorder.request('GET', '/a').success(ms, Number.NaN, 10)
  recorder.request('POST', '/b').success(500, Number.NaN, 1)
  recorder.exception('Error: x', '')
  const aggregate = new Aggregate()
  aggregate.merge(recorder.take())
  const stats = runStatsOf(aggregate, 10_000)
  const { total, requests, exceptions } = stats
  assert.deepEqual([total.requests, total.failures, total.failRatio, total.rps, total.bytes], [101, 0, 0, 10.1, 1_001])
  assert.deepEqual(
    requests.map(({ type, name }) => `${type} ${name}`),
    ['GET /a', 'POST /b'],
  )
  const a = stats.get('GET', '/a')
  assert.ok(a && Math.abs(a.percentile(95) - 95) < 2 && Math.abs(a.mean - 50.5) < 0.1)
  assert.deepEqual([a.min, a.max, total.max, exceptions], [1, 100, 500, 1])
  assert.equal(stats.get('PUT', '/a'), undefined)
  for (const percent of [0, -5, 101, Number.NaN]) assert.throws(() => a.percentile(percent), RangeError)

  aggregate.merge(recorder.take())
  assert.equal(total.requests, 101, 'a copy')
  const none = runStatsOf(new Aggregate(), 0).total
  assert.deepEqual(
    [none.requests, none.failRatio, none.rps, none.mean, none.max, none.percentile(95)],
    [0, 0, 0, 0, 0, 0],
  )
})

test('who has stopped a run may still make its outcome worse, and not better', () => {
  const stops: unknown[] = []
  const environment = new RunEnvironment({
    ...{ host: undefined, role: 'local', meter: testRun().meter },
    onStop: (reason, outcome) => stops.push([reason, outcome]),
  })
  environment.stop('used up')
  environment.stop('again')
  environment.stop('too slow', 'failed')
  environment.stop('fine after all', 'passed')
  environment.stop('no use', 'broken')
  environment.stop('slow', 'failed')
  assert.deepEqual(stops, [
    ['used up', 'passed'],
    ['too slow', 'failed'],
    ['no use', 'broken'],
  ])
  assert.equal(environment.stats, undefined)
})
