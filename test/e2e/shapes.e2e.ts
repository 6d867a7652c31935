import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { temporaryFolder } from '../run-katydid.ts'
import { output } from './command.ts'
import { image, Release } from './release.ts'

const root = new URL('../..', import.meta.url).pathname

/** A compressed bundle of a load file whose requests are called `mine`, with data that compression makes no smaller. */
async function bundled(dataBytes: number): Promise<string> {
  const dir = temporaryFolder()
  const source = `import { constant, HttpUser, task } from 'katydid'
    import { data } from './data.ts'
    export class One extends HttpUser { waitTime = constant(0.1); @task async products() {
      if (data.length !== ${dataBytes}) throw new Error('part of the data is missing')
      await this.client.get('/products', { name: 'mine' }) } }`
  writeFileSync(join(dir, 'mine.ts'), source)
  writeFileSync(
    join(dir, 'data.ts'),
    `export const data = '${randomBytes(dataBytes).toString('base64').slice(0, dataBytes)}'`,
  )
  const path = join(dir, 'mine.bundle')
  await output(process.execPath, [join(root, 'runner/src/main.ts'), 'bundle', join(dir, 'mine.ts'), '-o', path])
  return path
}

describe('what users bring', { concurrency: 2 }, () => {
  test('an inline load file as a compressed bundle of nearly 430 KiB fits into the Secret that Helm keeps of a release', async () => {
    await using release = await Release.create()
    const path = await bundled(425 * 1_024)
    const { size } = statSync(path)
    assert.ok(size > 428 * 1_024 && size <= 430 * 1_024, `${size} bytes`)
    const { exitCode, text } = await release.install([], ['--set-file', `loadFile.content=${path}`])
    assert.equal(exitCode, 0, text)
    const { requests } = await release.result()
    assert.deepEqual(
      requests.map(({ name }) => name),
      ['mine'],
    )
    assert.equal(await release.counted(), await release.reported())
  })

  test('a release name of 53 characters', async () => {
    await using release = await Release.create({ name: `s${'-long'.repeat(10)}-x` })
    assert.equal(release.name.length, 53)
    const { exitCode, text } = await release.install()
    assert.equal(exitCode, 0, text)
    assert.equal((await release.pods('workers')).length, 2)
  })

  test('data for feeds and a load file from ConfigMaps', async () => {
    await using release = await Release.create()
    const load = `import { constant, feed, HttpUser, task } from 'katydid'
      const rows = feed('paths.csv', { mode: 'sequential', onEnd: 'recycle' })
      export class One extends HttpUser { waitTime = constant(0.1); @task async read() { const { path } = await rows.next(); await this.client.get(path) } }`
    const data = { 'load.ts': load, 'paths.csv': 'path\n/products\n/cart\n' }
    await release.configMap('mine', data)
    const values = { load: { file: '/etc/katydid/load/load.ts' }, loadFile: { configMaps: ['mine'] } }
    const { exitCode, text } = await release.install([values])
    assert.equal(exitCode, 0, text)
    const { requests } = await release.result()
    assert.deepEqual(requests.map(({ name }) => name).sort(), ['/cart', '/products'])
  })

  test('a load file on a volume that an init container fills, beside a sidecar that never ends', async () => {
    await using release = await Release.create()
    const load = `import { constant, HttpUser, task } from 'katydid'
      export class One extends HttpUser { waitTime = constant(0.1); @task async read() { await this.client.get('/health') } }`
    const confined = { securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }
    const volumeMounts = [{ name: 'work', mountPath: '/work' }]
    const container = (name: string, script: string) => ({
      name,
      image,
      command: ['node', '-e', script],
      env: [{ name: 'LOAD', value: load }],
      volumeMounts,
      ...confined,
    })
    const all = {
      volumes: [{ name: 'work', emptyDir: {} }],
      volumeMounts,
      initContainers: [container('fetch', "fs.writeFileSync('/work/load.ts', process.env.LOAD)")],
      sidecars: [{ ...container('beside', 'setInterval(() => {}, 1_000)'), restartPolicy: 'Always' }],
      terminationGracePeriodSeconds: 3,
    }
    const { exitCode, text } = await release.install([{ load: { file: '/work/load.ts' }, pods: { all } }])
    assert.equal(exitCode, 0, text)
    const { requests } = await release.result()
    assert.deepEqual(
      requests.map(({ name }) => name),
      ['/health'],
    )
    assert.equal(await release.counted(), await release.reported())
    const workers = await release.pods('workers')
    assert.deepEqual(
      workers.map(({ status }) => status.phase),
      ['Succeeded', 'Succeeded'],
    )
  })
})
