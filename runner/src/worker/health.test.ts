import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { HealthMonitor } from './health.ts'

const block = (ms: number) => {
  for (const until = performance.now() + ms; performance.now() < until; );
}

test('an idle process is not saturated', async () => {
  const health = new HealthMonitor()
  health.start()
  await sleep(700)
  const sample = health.take()
  health.stop()
  assert.equal(sample.saturated, false)
  assert.ok(sample.cpuPercent < 60, `${sample.cpuPercent}`)
  assert.ok(sample.rssBytes > 1e6)
})

test('one long block shows, in the interval it was in and in no other', async () => {
  const health = new HealthMonitor()
  const used = process.cpuUsage()
  const startedAt = performance.now()
  health.start()
  await sleep(200)
  block(400)
  await sleep(100)
  const blocked = health.take()
  const { user, system } = process.cpuUsage(used)
  const expected = (user + system) / 10 / (performance.now() - startedAt)
  assert.ok(blocked.loopDelayMaxMs >= 300 && blocked.loopDelayMaxMs < 1_000, `${blocked.loopDelayMaxMs}`)
  // on a busy machine a loop that blocks has less than a processor
  assert.ok(Math.abs(blocked.cpuPercent - expected) < 5, `${blocked.cpuPercent} % for ${expected} %`)
  assert.equal(blocked.saturated, true)
  await sleep(600)
  const after = health.take()
  health.stop()
  assert.ok(after.loopDelayMaxMs < 250, `${after.loopDelayMaxMs}`)
  assert.equal(after.saturated, false)
})

test('a loop that never turned is as late as the interval is long', async () => {
  const health = new HealthMonitor()
  health.start()
  block(700)
  const sample = health.take()
  health.stop()
  assert.ok(sample.loopDelayMaxMs >= 600, `${sample.loopDelayMaxMs}`)
  assert.equal(sample.saturated, true)
})

test('a stretch too short to judge is not called saturated', () => {
  const health = new HealthMonitor()
  health.start()
  block(100)
  const sample = health.take()
  health.stop()
  assert.equal(sample.saturated, false)
})
