import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { temporaryFolder } from '../run-katydid.ts'
import { base, helms, type Manifest, root } from './helm.ts'

/** A chart that has this one as a dependency, once for each alias, and renders it unless it is switched off. */
function parentChart(aliases: readonly string[], values: object): string {
  const dir = temporaryFolder()
  mkdirSync(join(dir, 'charts'))
  cpSync(join(root, 'chart'), join(dir, 'charts/katydid'), { recursive: true })
  const dependencies = aliases.map((alias) => {
    const named = alias === 'katydid' ? {} : { alias }
    return { name: 'katydid', version: '>=0.0.0', condition: `${alias}.enabled`, ...named }
  })
  const chart = { apiVersion: 'v2', name: 'parent', version: '1.0.0', dependencies }
  writeFileSync(join(dir, 'Chart.yaml'), JSON.stringify(chart))
  writeFileSync(join(dir, 'values.yaml'), JSON.stringify({ global: { team: 'shop' }, ...values }))
  return dir
}

for (const { major, path: helm, skip } of helms)
  describe(`as a dependency of another chart, by Helm ${major}`, { skip }, () => {
    const render = (dir: string, ...args: string[]) =>
      spawnSync(helm, ['template', 'shop', dir, '--kube-version', '1.34.0', ...args], {
        encoding: 'utf8',
        timeout: 60_000,
      })
    const objectsOf = (dir: string, ...args: string[]) => {
      const { status, stdout, stderr } = render(dir, ...args)
      assert.equal(status, 0, stderr)
      return parseAllDocuments(stdout).flatMap((document) => (document.toJS() as Manifest | null) ?? [])
    }
    const nameOf = ({ kind, metadata }: Manifest) => `${kind}/${metadata.name}`
    const one = parentChart(['katydid'], { katydid: base })

    test('a condition switches it on and off', () => {
      const names = objectsOf(one).map(nameOf)
      assert.ok(names.includes('Job/shop-katydid-workers'), names.join())
      assert.deepEqual(objectsOf(one, '--set', 'katydid.enabled=false'), [])
    })

    test('two aliases in one release share no object and no pod', () => {
      const two = parentChart(['peak', 'night'], { peak: { ...base, demoTarget: { enabled: true } }, night: base })
      const objects = objectsOf(two, '--set', 'peak.rbac.create=true', '--set', 'night.rbac.create=true')
      const names = objects.map(nameOf)
      assert.equal(new Set(names).size, names.length, names.join(' '))
      assert.ok(names.includes('Job/shop-peak-workers') && names.includes('Job/shop-night-workers'), names.join())
      for (const object of objects) {
        const [, alias = ''] = /^shop-(peak|night)/.exec(object.metadata.name) ?? []
        assert.equal(object.metadata.labels?.['app.kubernetes.io/instance'], `shop-${alias}`)
        // what is looked for is of the same load test, too
        const others = alias === 'peak' ? 'night' : 'peak'
        assert.ok(!JSON.stringify(object).includes(`shop-${others}`), nameOf(object))
      }
    })

    test('names of one’s own', () => {
      const workers = (dir: string, ...args: string[]) =>
        objectsOf(dir, ...args)
          .map(nameOf)
          .find((name) => name.endsWith('-workers'))
      const alone = join(root, 'chart')
      const values = [
        '--set',
        'load.file=a.ts,load.host=http://shop.test,load.profile.kind=constant,load.profile.users=1,load.profile.runTime=1m',
      ]
      assert.equal(workers(alone, ...values), 'Job/shop-workers')
      assert.equal(workers(alone, ...values, '--set', 'nameOverride=load'), 'Job/shop-load-workers')
      assert.equal(workers(alone, ...values, '--set', 'fullnameOverride=load'), 'Job/load-workers')
      assert.equal(workers(one, '--set', 'katydid.nameOverride=load'), 'Job/shop-load-workers')
      assert.equal(workers(one, '--set', 'katydid.fullnameOverride=load,katydid.nameOverride=x'), 'Job/load-workers')
      const long = workers(parentChart(['Smoke_Tests'], { Smoke_Tests: base })) ?? ''
      assert.match(long, /^Job\/shop-smoke-tests-[0-9a-f]{8}-workers$/)
      assert.notEqual(render(alone, ...values, '--set', 'fullnameOverride=Load!').status, 0)
      // the scripts find pods of a release by its name, whatever objects are called
      const [first] = objectsOf(alone, ...values, '--set', 'fullnameOverride=load')
      assert.equal(first?.metadata.labels?.['app.kubernetes.io/instance'], 'shop')
    })

    test('what is wrong is said with the path that is to be said', () => {
      const wrong: [set: string, says: RegExp][] = [
        ['katydid.load.profile.runTime=1h', /longer than katydid\.helmTimeout 5m.*--set katydid\.helmTimeout=63m/],
        ['katydid.load.profile.runTime=null', /katydid\.load\.profile has no end: set katydid\.load\.profile\.runTime/],
        [
          'katydid.workers.count=2,katydid.workers.usersPerWorker=9',
          /katydid\.workers\.count is 2 and katydid\.workers\.usersPerWorker is 9/,
        ],
        ['katydid.load.file=null', /set katydid\.load\.file .*--set-file katydid\.loadFile\.content=shop\.bundle/],
        ['katydid.mode=schedule', /mode schedule needs katydid\.schedule\.cron/],
        [
          'katydid.load.profile.stages[0].users=1,katydid.load.profile.stages[0].hold=0',
          /katydid\.load\.profile has stages/,
        ],
        ['katydid.registry.server=a', /katydid\.registry is not complete/],
      ]
      for (const [set, says] of wrong) {
        const { status, stderr } = render(one, '--set', set)
        assert.equal(status, 1, set)
        assert.match(stderr, says)
        assert.ok(!stderr.includes('§'), stderr)
      }
    })
  })
