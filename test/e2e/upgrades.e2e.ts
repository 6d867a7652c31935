import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fails, long, majorOf, Release } from './release.ts'

describe('with either Helm', { concurrency: 2 }, () => {
  for (const helm of ['helm', 'helm4'])
    describe(`${helm}: never two loads, and none that nobody judges`, { concurrency: 2 }, () => {
      test('an upgrade over a running load: only the new run loads', async () => {
        await using release = await Release.create({ helm })
        const first = release.begin([long])
        await release.running()
        first.kill('SIGKILL')
        // Helm keeps such a release as pending: nobody else may touch it until it is rolled back or taken away
        await release.kubectl('delete', 'secret', '-l', 'owner=helm,status=pending-install')
        const second = await release.install(
          [],
          majorOf(helm) === 4 ? ['--take-ownership', '--force-conflicts'] : ['--take-ownership'],
        )
        assert.equal(second.exitCode, 0, second.text)
        assert.equal((await release.pods('workers')).length, 2, 'those of the first are gone')
        assert.equal(await release.isLoaded(), false)
      })

      test('an upgrade after one that Helm gave up on, whose load still runs: only the new run loads', async () => {
        await using release = await Release.create({ helm })
        const first = await release.install([long], ['--timeout', '20s', '--set', 'helmTimeout=200s'])
        assert.equal(first.exitCode, 1, first.text)
        assert.equal(await release.isLoaded(), true, 'what Helm does not wait for goes on')
        const second = await release.install()
        assert.equal(second.exitCode, 0, second.text)
        assert.equal((await release.pods('workers')).length, 2, 'those of the first are gone')
        assert.equal(await release.isLoaded(), false)
      })

      test('a rollback and what Helm does on failure bring a master, and no load', async () => {
        await using release = await Release.create({ helm })
        assert.equal((await release.install()).exitCode, 0)
        const flag = majorOf(helm) === 4 ? '--rollback-on-failure' : '--atomic'
        const { exitCode, text } = await release.install([fails], [flag])
        assert.equal(exitCode, 1, text)
        await sleep(3_000)
        assert.equal(await release.isLoaded(), false, 'after the rollback of a failed run')
        const rollback = await release.helm(['rollback', release.name, '1', '--wait']).done
        assert.equal(rollback.exitCode, 0, rollback.text)
        assert.equal(await release.isLoaded(), false, 'after a rollback by hand')
      })

      test('uninstall in the middle of a run ends its load', async () => {
        await using release = await Release.create({ helm })
        const install = release.begin([{ ...long, jobTtl: '10s' }])
        await release.running()
        assert.equal((await release.helm(['uninstall', release.name]).done).exitCode, 0)
        await release.until(
          'no worker is there',
          async () => {
            const pods = await release.pods('workers')
            return pods.every(({ status }) => status.phase !== 'Running')
          },
          90_000,
        )
        assert.notEqual((await install.done).exitCode, 0)
      })
    })
})
