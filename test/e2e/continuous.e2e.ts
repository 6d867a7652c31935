import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Release, soonMs } from './release.ts'

/** `short` of the other tests has an end and workers: whole values of its own. */
const endless = {
  mode: 'continuous',
  load: { profile: { runTime: null }, guard: { maxRps: '5/s' }, stopTimeout: '3s' },
  workers: { count: null },
}

describe('mode continuous', () => {
  test('Helm does not wait for an end; the limit holds; a pod that is gone is replaced; uninstall ends the load', async () => {
    await using release = await Release.create()
    const { exitCode, text, tookMs } = await release.install([endless])
    assert.equal(exitCode, 0, text)
    assert.ok(tookMs < soonMs, `${tookMs} ms`)
    await release.until('the load runs', () => release.isLoaded())
    const before = await release.counted()
    const since = performance.now()
    await sleep(10_000)
    const perSecond = ((await release.counted()) - before) / ((performance.now() - since) / 1_000)
    assert.ok(perSecond > 3 && perSecond < 5.5, `${perSecond}/s`)
    const [pod] = await release.pods('master')
    await release.kubectl('delete', 'pod', pod?.metadata.name ?? '')
    await release.until('the load runs again', () => release.isLoaded())
    assert.equal((await release.pods('workers')).length, 0)
    const { exitCode: removed } = await release.helm(['uninstall', release.name, '--wait']).done
    assert.equal(removed, 0)
    await release.until('the pod is gone', async () => (await release.pods('master')).length === 0, 20_000)
  })
})
