import assert from 'node:assert/strict'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { HealthSample } from '../stats/snapshot.ts'
import { HealthMonitor } from './health.ts'

const block = (ms: number) => {
  for (const until = performance.now() + ms; performance.now() < until; );
}

/** The machine gave the process no time: the limits of health.ts, for delays. */
const isHeldUp = ({ loopDelayMeanMs, loopDelayMaxMs }: HealthSample) => loopDelayMeanMs >= 20 || loopDelayMaxMs >= 250

test('an idle process is not saturated, but where the machine gives it no time', async () => {
  const health = new HealthMonitor()
  health.start()
  await sleep(700)
  const sample = health.take()
  health.stop()
  assert.equal(sample.saturated, isHeldUp(sample), JSON.stringify(sample))
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
  const tookMs = performance.now() - startedAt
  assert.ok(blocked.loopDelayMaxMs >= 300 && blocked.loopDelayMaxMs < tookMs, `${blocked.loopDelayMaxMs} of ${tookMs}`)
  // on a busy machine a loop that blocks has less than a processor
  assert.ok(Math.abs(blocked.cpuPercent - expected) < 5, `${blocked.cpuPercent} % for ${expected} %`)
  assert.equal(blocked.saturated, true)
  const witness = monitorEventLoopDelay({ resolution: 10 })
  witness.enable()
  await sleep(600)
  const after = health.take()
  health.stop()
  witness.disable()
  assert.ok(after.loopDelayMaxMs <= witness.max / 1e6 + 50, `${after.loopDelayMaxMs} of ${witness.max / 1e6}`)
  assert.equal(after.saturated, isHeldUp(after), JSON.stringify(after))
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
