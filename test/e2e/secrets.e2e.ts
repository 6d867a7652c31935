import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Release } from './release.ts'

describe('what nobody else may know or do', { concurrency: 2 }, () => {
  test('the cluster key: made once, kept over upgrades, in no argument, log, ConfigMap or release note', async () => {
    await using release = await Release.create()
    const keyOf = async () => {
      const data = await release.kubectl('get', 'secret', `${release.name}-key`, '-o', 'jsonpath={.data.key}')
      return Buffer.from(data, 'base64').toString()
    }
    const first = await release.install()
    assert.equal(first.exitCode, 0, first.text)
    const key = await keyOf()
    assert.match(key, /^[A-Za-z0-9]{40}$/)
    const second = await release.install()
    assert.equal(second.exitCode, 0, second.text)
    assert.equal(await keyOf(), key)
    const everywhere = [
      first.text,
      second.text,
      await release.kubectl('get', 'configmaps,pods,jobs,deployments', '-o', 'json'),
      await release.kubectl('logs', '-l', 'app.kubernetes.io/name=katydid', '--tail=-1', '--all-containers'),
      await release.ask('master', '/result.json'),
    ]
    for (const text of everywhere) assert.ok(!text.includes(key))
  })

  test('a password of a registry is in the pull secret and nowhere else that one reads', async () => {
    await using release = await Release.create()
    const registry = { server: 'registry.test', user: 'me', pass: 'pass"w\\ord$\nu\u00e9' }
    const { exitCode, text } = await release.install([{ registry }])
    assert.equal(exitCode, 0, text)
    const type = await release.kubectl('get', 'secret', `${release.name}-pull`, '-o', 'jsonpath={.type}')
    assert.equal(type, 'kubernetes.io/dockerconfigjson')
    const others = await release.kubectl('get', 'configmaps,pods,jobs,deployments', '-o', 'json')
    for (const said of [text, others]) assert.doesNotMatch(said, /pass\\?"w/)
  })

  test('no pod has a token, runs as root or may write to its root; secrets of the load file come by reference', async () => {
    await using release = await Release.create()
    await release.secret('mine', { SHOP_TOKEN: 'hush-hush' })
    const pods = { all: { extraEnvFrom: [{ secretRef: { name: 'mine' } }] } }
    const { exitCode, text } = await release.install([{ pods }])
    assert.equal(exitCode, 0, text)
    const { items } = JSON.parse(await release.kubectl('get', 'pods', '-o', 'json')) as {
      items: { spec: { volumes: { projected?: { sources: object[] } }[]; containers: Container[] } }[]
    }
    assert.equal(items.length, 5, 'master, two workers, verdict, shop')
    for (const { spec } of items) {
      assert.ok(!JSON.stringify(spec.volumes).includes('serviceAccountToken'))
      for (const { securityContext } of spec.containers) {
        assert.equal(securityContext.readOnlyRootFilesystem, true)
        assert.equal(securityContext.allowPrivilegeEscalation, false)
      }
    }
    const logs = await release.kubectl('logs', '-l', 'app.kubernetes.io/name=katydid', '--tail=-1', '--all-containers')
    for (const said of [text, logs, JSON.stringify(items)]) assert.ok(!said.includes('hush-hush'))
  })
})

interface Container {
  securityContext: { readOnlyRootFilesystem: boolean; allowPrivilegeEscalation: boolean }
}
