import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RecentIntervals } from './recent.ts'
import { intervalOf } from './run.fixture.ts'

test('only the newest intervals count, by the time they really took', () => {
  const recent = new RecentIntervals(2)
  recent.add(intervalOf(3)) // has one request more, and falls out
  recent.add(intervalOf(4))
  recent.add(intervalOf(5, { durationMs: 3_000 }))
  const total = recent.total()
  assert.deepEqual([total.requests, total.failures, total.seconds, total.rps], [200, 4, 4, 50])
  assert.equal(total.failRatio, 0.02)
  const groups = recent.groups()
  assert.deepEqual([...groups.keys()].sort(), ['GET /products', 'POST /cart/add/[id]'])
  assert.equal(groups.get('GET /products')?.rps, 40)
})

test('nothing seen is nothing known', () => {
  const { rps, failRatio, latency } = new RecentIntervals(5).total()
  assert.ok(Number.isNaN(rps) && Number.isNaN(failRatio))
  assert.equal(latency.count, 0)
})
