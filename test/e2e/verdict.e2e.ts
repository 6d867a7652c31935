import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { exitCodes, fails, Release, theImage } from './release.ts'

/** Users that never ask for anything. */
const idle = `import { constant, HttpUser, task } from 'katydid'
export class Idle extends HttpUser { waitTime = constant(60); @task async nothing() {} }`

describe('with either Helm', { concurrency: 2 }, () => {
  for (const helm of ['helm', 'helm4'])
    describe(`${helm}: the exit status is the verdict`, { concurrency: 2 }, () => {
      test('pass, fail, fail, pass by upgrade: each with its thresholds printed, one run at a time, counts = the target’s', async () => {
        await using release = await Release.create({ helm })
        let before = 0
        for (const [revision, passes] of [true, false, false, true].entries()) {
          const { exitCode, text } = await release.install(passes ? [] : [fails])
          assert.equal(exitCode, passes ? 0 : 1, text)
          assert.match(text, passes ? /PASSED — \d+ requests/ : /FAILED — \d+ requests/)
          assert.match(text, passes ? /passed {2}p95 < 5s: \d/ : /failed {2}p95 < 1ms: \d/)
          assert.deepEqual(exitCodes(await release.pods('verdict')), [passes ? 0 : 1])
          const counted = await release.counted()
          assert.equal(counted - before, await release.reported(), `revision ${revision + 1}`)
          before = counted
          assert.equal((await release.pods('workers')).length, 2, 'of this revision only')
          assert.equal((await release.pods('master')).length, 1)
        }
      })

      test('the README’s command: a profile and a place, from files', async () => {
        await using release = await Release.create({ helm })
        const files = ['values/smoke.yaml', 'values/kind.yaml'].flatMap((file) => ['-f', file])
        const { exitCode, text } = await release.helm([
          'install',
          release.name,
          './chart',
          ...files,
          ...theImage,
          '--wait',
        ]).done
        assert.equal(exitCode, 0, text)
        assert.match(text, /PASSED — \d+ requests/)
        assert.equal(await release.counted(), await release.reported())
      })

      test('uninstall leaves nothing once the Jobs are past their TTL', async () => {
        await using release = await Release.create({ helm })
        const { exitCode, text } = await release.install([{ jobTtl: '10s' }], ['--wait-for-jobs'])
        assert.equal(exitCode, 0, text)
        assert.equal((await release.helm(['uninstall', release.name]).done).exitCode, 0)
        await release.until('nothing is left', async () => (await release.objects()).length === 0)
      })

      test('without --wait the hooks are waited for all the same; broken is no pass either, and the Job of the verdict says which', async () => {
        await using release = await Release.create({ helm })
        await release.configMap('idle', { 'load.ts': idle })
        const nothing = { load: { file: '/etc/katydid/load/load.ts' }, loadFile: { configMaps: ['idle'] } }
        for (const [values, says, exitStatus, ofVerdict] of [
          [nothing, /BROKEN — no requests/, 1, 2],
          [fails, /FAILED — \d+ requests/, 1, 1],
          [{}, /PASSED — \d+ requests/, 0, 0],
        ] as const) {
          const { exitCode, text } = await release.install([values], ['--wait=false'])
          assert.equal(exitCode, exitStatus, text)
          assert.match(text, says)
          assert.deepEqual(exitCodes(await release.pods('verdict')), [ofVerdict])
        }
      })
    })
})
