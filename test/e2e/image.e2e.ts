import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { imageConfig } from './image-config.ts'
import type { Contents } from './image-contents.ts'
import { image, Release } from './release.ts'

/** What `restricted` asks for, a number that the image does not know, and no volume to write to. */
const pinned = (args: readonly string[], more: object = {}) => ({
  name: 'main',
  image,
  imagePullPolicy: 'IfNotPresent',
  args,
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
  ...more,
})

describe('the image by itself: pods without a chart', { concurrency: 2 }, () => {
  let release: Release
  before(async () => {
    release = await Release.create()
  })
  after(async () => {
    const left = await release.kubectl('get', 'pods', '-o', 'name')
    for (const pod of left.split('\n').filter(Boolean)) await forget(pod.replace('pod/', ''))
    await release[Symbol.asyncDispose]()
  })

  async function run(name: string, container: object, user: object = { runAsUser: 4711 }): Promise<void> {
    const securityContext = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' }, ...user }
    await release.make('pods', {
      // kept after it was deleted, so that its exit code can be read
      metadata: { name, finalizers: ['katydid.dev/e2e'] },
      spec: { restartPolicy: 'Never', automountServiceAccountToken: false, securityContext, containers: [container] },
    })
  }

  const status = async (name: string) => (await release.pod(name)).status
  const isReady = async (name: string) => (await status(name)).containerStatuses?.[0]?.ready === true
  const log = (name: string) => release.log(name)
  const exitCode = async (name: string) => (await status(name)).containerStatuses?.[0]?.state.terminated?.exitCode

  async function ended(name: string, withinMs = 60_000): Promise<number> {
    await release.until(`${name} ends`, async () => (await exitCode(name)) !== undefined, withinMs)
    const code = await exitCode(name)
    await forget(name)
    return code ?? -1
  }

  /** Lets go of a pod, so that it can be deleted. */
  async function forget(name: string): Promise<void> {
    await release.kubectl('patch', 'pod', name, '--type=merge', '--patch', '{"metadata":{"finalizers":[]}}')
  }

  async function shop(name: string): Promise<string> {
    const readinessProbe = { tcpSocket: { port: 8000 }, periodSeconds: 1 }
    await run(name, pinned(['target', '--host', '0.0.0.0', '--port', '8000'], { readinessProbe }))
    await release.until(`${name} is ready`, () => isReady(name))
    return `http://${(await status(name)).podIP}:8000`
  }

  const countedBy = async (name: string) =>
    (JSON.parse(await release.askPod(name, 8000, '/__counts')) as { total: number }).total

  test('runs an example of its own against a host: as any user, with nothing to write to', async () => {
    const host = await shop('shop')
    // other tests start pods meanwhile: that is about the tests, not about the image
    const patience = ['-s', '5s', '--on-saturated', 'warn']
    const args = ['run', 'examples/shop.ts', '-H', host, '-u', '5', '-r', '5', '-t', '10s', ...patience]
    await run('alone', pinned(args))
    await release.until('it ends', async () => (await exitCode('alone')) !== undefined)
    const said = await log('alone')
    assert.equal(await ended('alone'), 0, said)
    const requests = Number(/PASSED — ([\d,]+) requests/.exec(said)?.[1]?.replaceAll(',', ''))
    assert.equal(requests, await countedBy('shop'), said)
    await release.kubectl('delete', 'pod', 'shop', '--wait=false')
    await forget('shop')
  })

  const long = ['examples/shop.ts', '-H', 'http://127.0.0.1:9', '-t', '10m']
  for (const { name, args, code, says } of [
    { name: 'run', args: ['run', ...long, '-s', '1s'], code: 2, says: /users 1/ },
    { name: 'master', args: ['master', ...long, '--serve'], code: 2, says: /waiting for workers/ },
    { name: 'worker', args: ['worker', '--master-host', '127.0.0.1'], code: 143, says: /connecting to the master/ },
    { name: 'target', args: ['target', '--port', '8000'], code: 0, says: /8000/ },
  ])
    test(`katydid ${name} as PID 1 hears SIGTERM: over within seconds, exit code ${code}`, async () => {
      await run(name, pinned(args))
      await release.until(`${name} has begun`, async () => says.test(await log(name).catch(() => '')))
      const askedAt = Date.now()
      await release.kubectl('delete', 'pod', name, '--wait=false', '--grace-period=30')
      await release.until(`${name} ends`, async () => (await exitCode(name)) !== undefined, 20_000)
      const said = await log(name).catch(() => '')
      const finishedAt = (await status(name)).containerStatuses?.[0]?.state.terminated?.finishedAt ?? ''
      assert.equal(await ended(name), code, said)
      assert.ok(Date.parse(finishedAt) - askedAt < 10_000, `${name} ended at ${finishedAt}\n${said}`)
    })

  test('a mistake is a sentence and exit code 2, not a stack trace', async () => {
    await run('mistake', pinned(['run', 'examples/nothing.ts', '-H', 'http://127.0.0.1:9']))
    await release.until('it ends', async () => (await exitCode('mistake')) !== undefined)
    const said = await log('mistake')
    assert.equal(await ended('mistake'), 2, said)
    assert.match(said, /nothing\.ts/)
    assert.doesNotMatch(said, /^\s+at /m)
  })

  test('what is in it: no shell, one platform’s code, no sources of packages, under 90 MB compressed', async () => {
    const program = readFileSync(new URL('image-contents.ts', import.meta.url), 'utf8')
    // the image's own user: the kubelet refuses one that is root, or that has no number
    const container = pinned([], { command: ['node', '--input-type=module-typescript', '--eval', program] })
    await run('contents', container, {})
    await release.until('it ends', async () => (await exitCode('contents')) !== undefined, 120_000)
    const said = await log('contents')
    assert.equal(await ended('contents'), 0, said)
    const contents = JSON.parse(said) as Contents
    assert.deepEqual(contents.shells, [])
    const sources = contents.typescript.filter((path) => !path.startsWith('/katydid/examples/'))
    assert.deepEqual(sources, [])
    assert.ok(contents.typescript.length > 0, 'the examples')
    assert.deepEqual(contents.setuid, [])
    assert.ok(contents.native.length > 0)
    for (const { path, machine } of contents.native) assert.equal(machine, contents.nodeMachine, path)
    assert.ok(!contents.native.some(({ path }) => path.includes('musl')))
    assert.equal(contents.native.filter(({ path }) => path.includes('/@esbuild/')).length, 1)
    assert.ok(contents.compressedBytes < 90e6, `${(contents.compressedBytes / 1e6).toFixed(1)} MB`)
    assert.notEqual(contents.uid, 0)
    console.log(
      `image: ${(contents.bytes / 1e6).toFixed(1)} MB, ${(contents.compressedBytes / 1e6).toFixed(1)} MB compressed`,
    )
  })

  test('labels, user by number, entry point', async (t) => {
    const config = await imageConfig(image)
    if (!config) return t.skip('skipped: neither docker nor ctr (CONTAINERD_ADDRESS) has the image here')
    for (const label of ['title', 'description', 'licenses', 'version', 'revision'])
      assert.ok(config.Labels?.[`org.opencontainers.image.${label}`], label)
    assert.match(config.User, /^[1-9]\d*(:[1-9]\d*)?$/)
    assert.deepEqual(config.Entrypoint, ['katydid'])
  })
})
