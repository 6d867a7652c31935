import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { start } from './command.ts'
import { Release } from './release.ts'

const image = process.env.KATYDID_IMAGE ?? 'katydid:dev'
const container = (name: string, args: string[], more: object = {}) => ({
  name,
  image,
  args,
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
  ...more,
})

/** The image by itself: no chart, a read-only root, nothing that may be written to. */
describe('the image', () => {
  let space: Release
  before(async () => {
    space = await Release.create()
  })
  after(() => space[Symbol.asyncDispose]())

  async function pod(name: string, containers: object[], sidecars: object[] = []): Promise<void> {
    await space.apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: space.namespace },
      spec: {
        restartPolicy: 'Never',
        automountServiceAccountToken: false,
        // runAsNonRoot alone: the kubelet refuses an image whose user is root, or has no number
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        initContainers: sidecars,
        containers,
      },
    })
  }
  const shop = container('shop', ['target', '--host', '127.0.0.1', '--port', '8000'], { restartPolicy: 'Always' })
  const run = (time: string) => container('run', ['run', 'examples/shop.ts', '-H', 'http://127.0.0.1:8000', '-t', time])

  test('runs a load test alone, as a number that is not root', async () => {
    await pod('alone', [run('5s')], [shop])
    await space.kubectl('wait', 'pod', 'alone', '--for=jsonpath={.status.phase}=Succeeded', '--timeout=60s')
    assert.match(await space.kubectl('logs', 'alone', '--container', 'run'), /^PASSED — \d+ requests/m)
  })

  test('ends in order when it is told to: as process 1, with its summary', async () => {
    await pod('told', [run('10m')], [shop])
    await space.kubectl('wait', 'pod', 'told', '--for=condition=Ready', '--timeout=60s')
    const logs = start('kubectl', ['--namespace', space.namespace, 'logs', 'told', '--container', 'run', '--follow'])
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    const begunAt = performance.now()
    await space.kubectl('delete', 'pod', 'told', '--grace-period=40')
    const tookMs = performance.now() - begunAt
    assert.ok(tookMs < 35_000, `${tookMs} ms`)
    assert.match((await logs.done).text, /BROKEN — .*interrupted by SIGTERM/)
  })

  test('has no shell, no package manager, no other platform’s code and no TypeScript but the examples', async () => {
    await pod('still', [container('node', ['target', '--host', '127.0.0.1'])])
    await space.kubectl('wait', 'pod', 'still', '--for=condition=Ready', '--timeout=60s')
    const exec = (...command: string[]) =>
      start('kubectl', ['--namespace', space.namespace, 'exec', 'still', '--', ...command], { timeoutMs: 30_000 }).done
    for (const command of ['sh', 'bash', 'npm', 'apt-get'])
      assert.notEqual((await exec(command, '--version')).exitCode, 0, command)
    const script = `const { readdirSync } = require('node:fs')
const names = readdirSync('/katydid', { recursive: true, encoding: 'utf8' })
const of = (test) => names.filter((name) => test.test(name))
console.log(JSON.stringify({ uid: process.getuid(), platform: process.platform + '-' + process.arch,
  typescript: of(/^(node_modules|dist)\\/.*\\.[cm]?ts$/), native: of(/\\.node$/), examples: of(/^examples\\/.*\\.ts$/).length }))`
    const { stdout, text } = await exec('node', '-e', script)
    const found = JSON.parse(stdout || text) as {
      uid: number
      platform: string
      typescript: string[]
      native: string[]
      examples: number
    }
    assert.equal(found.uid, 1000)
    assert.deepEqual(found.typescript, [])
    assert.ok(found.examples >= 3)
    assert.ok(found.native.length > 0)
    const [system = '', machine = ''] = found.platform.split('-')
    for (const path of found.native) {
      assert.ok(path.includes(system) || !/(darwin|win32|freebsd|android)/.test(path), path)
      assert.ok(path.includes(machine) || !/(x64|arm64|arm|ia32)/.test(path), path)
      assert.doesNotMatch(path, /musl/)
    }
  })
})
