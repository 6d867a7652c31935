import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningCommand } from './command.ts'
import { exitCodes, fails, long, majorOf, Release } from './release.ts'

/** A run whose requests no other's look like: the shop tells whose it got. */
const healthOnly = {
  load: { file: '/etc/katydid/load/load.ts', profile: { runTime: '10s' } },
  loadFile: { configMaps: ['health'] },
}
const health = `import { constant, HttpUser, task } from 'katydid'
export class Health extends HttpUser { waitTime = constant(0.1); @task async ask() { await this.client.get('/health') } }`

/** Watches the shop until `second` is over: once it gets the second run's requests, it gets no more of the first's. */
async function oneLoadAtATime(release: Release, second: RunningCommand): Promise<void> {
  let over = false
  const finished = second.done.finally(() => (over = true))
  let ofFirst: number | undefined
  while (!over) {
    const { total, byRoute } = await release.counts()
    const ofSecond = byRoute['GET /health'] ?? 0
    if (ofFirst !== undefined)
      assert.equal(total - ofSecond, ofFirst, 'requests of the run before, beside the new one’s')
    else if (ofSecond > 0) ofFirst = total - ofSecond
    await sleep(300)
  }
  const { exitCode, text } = await finished
  assert.equal(exitCode, 0, text)
  assert.ok(ofFirst !== undefined && ofFirst > 0, `${ofFirst} requests of the first`)
  const { total, byRoute } = await release.counts()
  assert.equal(total - (byRoute['GET /health'] ?? 0), ofFirst)
  assert.equal(byRoute['GET /health'], await release.reported())
  assert.equal((await release.pods('workers')).length, 2, 'those of the first are gone')
}

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
        const take = majorOf(helm) === 4 ? ['--take-ownership', '--force-conflicts'] : ['--take-ownership']
        await release.configMap('health', { 'load.ts': health })
        await oneLoadAtATime(release, release.begin([healthOnly], take))
      })

      test('an upgrade after one that Helm gave up on, whose load still runs: only the new run loads', async () => {
        await using release = await Release.create({ helm })
        let goesOn = false
        // on a busy node Helm may have given up before there was a master
        for (const seconds of [20, 40, 80]) {
          const { exitCode, text } = await release.install(
            [{ load: { profile: { runTime: '100s' } } }],
            ['--timeout', `${seconds}s`, '--set', 'helmTimeout=300s'],
          )
          assert.equal(exitCode, 1, text)
          goesOn = await release.isLoaded()
          if (goesOn) break
        }
        assert.ok(goesOn, 'what Helm does not wait for goes on')
        await release.configMap('health', { 'load.ts': health })
        await oneLoadAtATime(release, release.begin([healthOnly]))
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

      test('what Helm does on failure of an installation takes it away, and starts no load', async () => {
        await using release = await Release.create({ helm })
        const flag = majorOf(helm) === 4 ? '--rollback-on-failure' : '--atomic'
        const { exitCode, text } = await release.install([fails], [flag])
        assert.equal(exitCode, 1, text)
        assert.match(text, /FAILED — \d+ requests/, 'or nobody would know why')
        await release.gone()
        // no worker that would run is among what is left, and none comes
        assert.deepEqual(exitCodes(await release.pods('workers')), [0, 0])
      })

      test('uninstall in the middle of a run ends its load', async () => {
        await using release = await Release.create({ helm })
        const install = release.begin([{ ...long, jobTtl: '10s' }])
        await release.running()
        // the shop goes with the release: whoever is left has nobody to load, and ends all the same
        assert.equal((await release.helm(['uninstall', release.name]).done).exitCode, 0)
        await release.until(
          'no worker runs',
          async () => (await release.pods('workers')).every(({ status }) => status.phase !== 'Running'),
          30_000,
        )
        // not with the time-out of a verdict that nobody has any more, nor with that of the release's next run
        const { exitCode, text } = await install.done
        assert.notEqual(exitCode, 0)
        assert.match(text, /-workers/)
        assert.doesNotMatch(text, /-verdict/)
        await release.until('no Job and no pod is left', async () => {
          return (await Promise.all([release.list('jobs'), release.list('pods')])).flat().length === 0
        })
      })
    })
})
