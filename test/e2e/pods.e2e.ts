import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { exitCodes, Release, soonMs } from './release.ts'

/** A load file in a ConfigMap, run by two workers. */
async function withLoadFile(text: string): Promise<{ release: Release; values: object }> {
  const release = await Release.create()
  await release.configMap('mine', { 'load.ts': text })
  const load = { file: '/etc/katydid/load/load.ts', profile: { runTime: '30s' } }
  return { release, values: { load, loadFile: { configMaps: ['mine'] }, workers: { maxWait: '20s' } } }
}

const user = (task: string, head = '') => `import { constant, HttpUser, task } from 'katydid'
${head}
export class One extends HttpUser {
  waitTime = constant(0.1)
  @task async go() { await this.client.get('/products'); ${task} }
}`

describe('pods that do not work: broken, and Helm fails', { concurrency: 3 }, () => {
  test('workers out of memory', async () => {
    const { release, values } = await withLoadFile(
      user("hoard.push(Buffer.alloc(8e6, 'x'))", 'const hoard: Buffer[] = []'),
    )
    await using _ = release
    const pods = { workers: { resources: { limits: { memory: '160Mi' } } } }
    const running = release.begin([values, { pods }])
    await release.running()
    // the run, and what is left of it at its end
    await release.broken(30_000)
    const { exitCode, text } = await running.done
    assert.equal(exitCode, 1, text)
    const { findings } = (await release.result()).verdict
    for (const index of [0, 1])
      assert.ok(
        findings.some(({ text }) => new RegExp(`^worker shop-workers-${index}_\\S+ .*, with \\d+ users?$`).test(text)),
        JSON.stringify(findings),
      )
    assert.ok(exitCodes(await release.pods('workers')).includes(137), text)
  })

  test('workers that crash at once: as many as are missing are named, long before the workers’ deadline', async () => {
    const head = "if (process.argv.includes('worker')) process.exit(1)"
    const { release, values } = await withLoadFile(user('', head))
    await using _ = release
    const running = release.begin([values])
    await release.broken(20_000)
    const { exitCode, text, tookMs } = await running.done
    assert.equal(exitCode, 1, text)
    const { summary } = await release.verdict()
    assert.match(summary, /^BROKEN — .*0 of 2 expected workers came within 20 s: none came; missing: 0-1/)
    assert.ok(tookMs < soonMs, `${tookMs} ms`)
  })

  test('one of two that crashes: the other is told to leave, the missing index is named', async () => {
    const head = "if (process.env.JOB_COMPLETION_INDEX === '1') process.exit(1)"
    const { release, values } = await withLoadFile(user('', head))
    await using _ = release
    const running = release.begin([values])
    await release.broken(20_000)
    const { exitCode, text, tookMs } = await running.done
    assert.equal(exitCode, 1, text)
    assert.match((await release.verdict()).summary, /1 of 2 expected workers .*; missing are shop-workers-1\b/)
    assert.ok(tookMs < soonMs, `${tookMs} ms`)
  })

  test('an image that nobody can pull, for workers only', async () => {
    await using release = await Release.create()
    const image = '127.0.0.1:9/private/locust:1'
    const workers = { engine: 'locust', maxWait: '15s' }
    const values = { workers, locust: { image, configMap: 'none', userClasses: { A: 1 } } }
    const running = release.begin([values])
    await release.broken(15_000)
    const { exitCode, text } = await running.done
    assert.equal(exitCode, 1, text)
    const { summary } = await release.verdict()
    assert.match(summary, /^BROKEN — .*0 of 2 expected workers came within 15 s: none came; missing: 0-1/)
    await release.uninstall()
  })

  test('an image that nobody can pull, for all: no load, and Helm says that the master is not ready', async () => {
    await using release = await Release.create()
    const image = { registry: '127.0.0.1:9', repository: 'private/katydid', tag: '1' }
    const { exitCode, text } = await release.install([{ image }], ['--timeout', '20s', '--set', 'helmTimeout=200s'])
    assert.equal(exitCode, 1, text)
    assert.equal((await release.pods('workers')).length, 0)
    await release.uninstall()
    assert.deepEqual(await release.objects(), [])
  })
})
