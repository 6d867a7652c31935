import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HealthSummary } from './health-summary.ts'

test('most, mean and sums over all workers and intervals', () => {
  const summary = new HealthSummary()
  summary.add({ loopDelayMeanMs: 1, loopDelayMaxMs: 9, cpuPercent: 40, gcMs: 3, rssBytes: 10, saturated: false })
  summary.add({ loopDelayMeanMs: 3, loopDelayMaxMs: 5, cpuPercent: 100, gcMs: 4, rssBytes: 30, saturated: true })
  summary.add({ loopDelayMeanMs: 2, loopDelayMaxMs: 6, cpuPercent: 70, gcMs: 0, rssBytes: 20, saturated: false })
  assert.deepEqual(summary.report(), {
    intervals: 3,
    saturatedIntervals: 1,
    loopDelayMaxMs: 9,
    loopDelayMeanMs: 2,
    cpuPercentMax: 100,
    cpuPercentMean: 70,
    gcMs: 7,
    rssBytesMax: 30,
  })
})

test('a stall counts with each of its seconds', () => {
  const summary = new HealthSummary()
  const sample = { loopDelayMeanMs: 1, loopDelayMaxMs: 8_000, cpuPercent: 1, gcMs: 0, rssBytes: 10, saturated: true }
  summary.add({ ...sample, stalledMs: 8_010, stoppedMs: 8_000 })
  summary.add({ ...sample, saturated: false })
  const { intervals, saturatedIntervals, cpuPercentMean } = summary.report()
  assert.deepEqual([intervals, saturatedIntervals, cpuPercentMean], [10, 9, 1])
})

test('nothing observed is zeros, not NaN', () => {
  for (const value of Object.values(new HealthSummary().report())) assert.equal(value, 0)
})
