import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Release } from './release.ts'

test('fifty workers on one node have joined within a minute', async () => {
  await using release = await Release.create()
  const values = {
    load: { profile: { users: 100, spawnRate: 100, runTime: '5s' } },
    workers: { count: 50, maxWait: '90s' },
  }
  const install = release.begin([values])
  const begunAt = performance.now()
  await release.until(
    'all have joined',
    async () => ['running', 'passed', 'failed', 'broken'].includes((await release.state()) ?? ''),
    120_000,
  )
  const tookMs = performance.now() - begunAt
  const { exitCode, text } = await install.done
  assert.equal(exitCode, 0, text)
  assert.equal(await release.counted(), await release.reported())
  const { workers } = await release.result()
  assert.equal(workers.length, 50)
  assert.ok(tookMs < 60_000, `${tookMs} ms`)
  console.log(`50 workers: ${(tookMs / 1_000).toFixed(1)} s from helm install to the first users`)
})
