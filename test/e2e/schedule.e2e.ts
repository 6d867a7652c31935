import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fails, Release, soonMs } from './release.ts'

/** Once a year, so that only the test starts it. */
const yearly = { mode: 'schedule', schedule: { cron: '0 0 1 1 *' }, load: { stopTimeout: '3s' } }

interface Job {
  metadata: { name: string; creationTimestamp: string }
  status: { conditions?: { type: string; status: string }[]; active?: number; failed?: number }
}

/** Of the release, in the order that they were made in. */
async function jobs(release: Release): Promise<Job[]> {
  const all = await release.list<Job>('jobs')
  return all.sort((a, b) => Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp))
}

/** How a Job ended: Complete or Failed. */
async function ended(release: Release, name: string): Promise<string> {
  let how = ''
  await release.until(`${name} has ended`, async () => {
    const job = (await jobs(release)).find(({ metadata }) => metadata.name === name)
    how =
      job?.status.conditions?.find(({ type, status }) => /^(Complete|Failed)$/.test(type) && status === 'True')?.type ??
      ''
    return how !== ''
  })
  return how
}

const atOnce = (release: Release) =>
  release.kubectl('create', 'job', `--from=cronjob/${release.name}-schedule`, `${release.name}-now`)

describe('mode schedule', { concurrency: 3 }, () => {
  test('Helm waits for no run; one at once has the verdict as its Job’s end, and all that the shop has counted; uninstall leaves nothing', async () => {
    await using release = await Release.create()
    const { exitCode, text, tookMs } = await release.install([yearly])
    assert.equal(exitCode, 0, text)
    assert.ok(tookMs < soonMs, `${tookMs} ms`)
    assert.equal((await release.pods('master')).length, 0)
    await atOnce(release)
    assert.equal(await ended(release, 'shop-now'), 'Complete')
    const log = await release.kubectl('logs', 'job/shop-now')
    const [, requests = ''] = /^PASSED — ([\d,]+) requests/m.exec(log) ?? []
    assert.equal(Number(requests.replaceAll(',', '')), await release.counted(), log)
    assert.equal((await release.helm(['uninstall', release.name, '--wait']).done).exitCode, 0)
    await release.until('the Jobs are gone', async () => (await jobs(release)).length === 0, 30_000)
  })

  test('a run that broke a threshold is a failed Job, and is not begun again', async () => {
    await using release = await Release.create()
    assert.equal((await release.install([yearly, fails])).exitCode, 0)
    await atOnce(release)
    assert.equal(await ended(release, 'shop-now'), 'Failed')
    const pods = await release.pods('master')
    assert.deepEqual(
      pods.map(({ status }) => status.containerStatuses?.[0]?.state.terminated?.exitCode),
      [1],
    )
    assert.match(await release.kubectl('logs', 'job/shop-now'), /^FAILED — /m)
    assert.equal(await release.isLoaded(), false)
  })

  test('the clock starts it', async () => {
    await using release = await Release.create()
    const { exitCode, text } = await release.install([yearly, { schedule: { cron: '* * * * *' } }])
    assert.equal(exitCode, 0, text)
    await release.until('there is a Job', async () => (await jobs(release)).length > 0, 90_000)
    const [job] = await jobs(release)
    assert.match(job?.metadata.name ?? '', /^shop-schedule-\d+$/)
    assert.equal(await ended(release, job?.metadata.name ?? ''), 'Complete')
  })

  test('suspended: only by hand', async () => {
    await using release = await Release.create()
    const suspended = { schedule: { cron: '* * * * *', suspend: true } }
    assert.equal((await release.install([yearly, suspended])).exitCode, 0)
    await atOnce(release)
    assert.equal(await ended(release, 'shop-now'), 'Complete')
    assert.equal((await jobs(release)).length, 1)
  })
})
