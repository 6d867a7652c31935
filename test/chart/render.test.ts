import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { buildPlan } from '../../runner/src/plan/build-plan.ts'
import { temporaryFolder } from '../run-katydid.ts'
import { helms, render, root } from './helm.ts'

const withProfile = (profile: object) => ({ load: { file: 'examples/shop.ts', host: 'http://shop.test', profile } })
const base = withProfile({ kind: 'constant', users: 10, runTime: '1m' })
const places = new Set(['kind.yaml', 'minikube.yaml', 'aks.yaml', 'eks.yaml'])

interface Manifest {
  kind: string
  metadata: { name: string }
  data: Record<string, string>
}

function manifests(text: string): Manifest[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest)
}

for (const { major, path: helm, skip } of helms)
  describe(`Helm ${major}`, { skip }, () => {
    for (const file of readdirSync(join(root, 'values')))
      test(`values/${file} renders`, () => {
        const more = file === 'demo.yaml' ? [] : places.has(file) ? ['smoke.yaml'] : []
        const { exitCode, stderr } = render(
          helm,
          [...more, file, { load: { file: 'examples/shop.ts', host: 'http://shop.test' } }],
          ['--set', 'helmTimeout=365d'],
        )
        assert.equal(exitCode, 0, stderr)
      })

    test('a pull secret is made of any password, and used by every pod', () => {
      const pass = 'a"b\\c$d\ne\u00e9\u4f60 \'%s'
      const values = { registry: { server: 'registry.test', user: 'me', pass } }
      const { exitCode, stdout, stderr } = render(helm, [base, values])
      assert.equal(exitCode, 0, stderr)
      const secret = manifests(stdout).find(({ metadata }) => metadata?.name === 'shop-pull')
      const config = Buffer.from(secret?.data['.dockerconfigjson'] ?? '', 'base64').toString()
      const login = { username: 'me', password: pass, auth: Buffer.from(`me:${pass}`).toString('base64') }
      assert.deepEqual(JSON.parse(config), { auths: { 'registry.test': login } })
      assert.equal(stdout.split('- name: "shop-pull"').length - 1, 3, 'master, workers, verdict')
      assert.ok(!stdout.includes(pass.slice(0, 3)), 'it is nowhere in clear')
    })

    test('null takes back what an earlier values file said, as it does on a laptop', () => {
      const stages = {
        kind: 'stages',
        users: null,
        spawnRate: null,
        runTime: null,
        stages: [{ users: 5, hold: '20s' }],
      }
      const later = { load: { file: 'examples/shop.ts', host: 'http://shop.test', stopTimeout: null, profile: stages } }
      const { exitCode, stdout, stderr } = render(helm, ['smoke.yaml', later])
      assert.equal(exitCode, 0, stderr)
      const plan = manifests(stdout).find(({ metadata }) => metadata?.name === 'shop-plan')?.data['plan.yaml'] ?? ''
      const path = join(temporaryFolder(), 'plan.yaml')
      writeFileSync(path, plan)
      const { profile, stopTimeout } = buildPlan({ valuesFiles: [path], env: {}, flags: {} })
      assert.deepEqual(profile, { kind: 'stages', stages: [{ users: 5, ramp: 0, hold: 20_000 }] })
      assert.equal(stopTimeout, 30_000)
    })

    const mistakes: Record<string, [object, RegExp, typeof base?]> = {
      'both ways to pull': [
        { imagePullSecrets: ['x'], registry: { server: 's', user: 'u', pass: 'p' } },
        /registry and imagePullSecrets are both set/,
      ],
      'half a registry': [{ registry: { server: 's' } }, /registry is not complete: set registry\.server/],
      'a profile without end': [{}, /load\.profile has no end/, withProfile({ kind: 'constant', users: 10 })],
      'a run that does not fit helmTimeout': [
        { load: { profile: { runTime: '1h' } } },
        /longer than helmTimeout 5m.*--timeout 63m --set helmTimeout=63m/s,
      ],
      'Locust workers without a locustfile': [
        { workers: { engine: 'locust' } },
        /set locust\.image and locust\.configMap/,
      ],
      'a label that the chart finds its pods by': [
        { pods: { workers: { labels: { 'app.kubernetes.io/component': 'load' } } } },
        /pods\.workers\.labels has app\.kubernetes\.io\/component/,
      ],
      'a checkpoint all the time': [
        { results: { checkpoint: '500ms' } },
        /results\.checkpoint is 500ms: set 1s or more/,
      ],
      'a login in the host': [
        { load: { file: 'examples/shop.ts', host: 'http://me:hush@shop.test' } },
        /load\.host contains a user name or a password.*remove it.*as KATYDID_HOST.*pods\.all\.extraEnvFrom/s,
      ],
      'a login in the proxy': [
        { load: { http: { proxy: 'HTTP://me@proxy:3128' } } },
        /load\.http\.proxy contains a user name or a password.*as KATYDID_HTTP_PROXY/s,
      ],
      'a login in a parameter': [
        { load: { params: { shop: 'https://me:hush@shop.test/a' } } },
        /load\.params\.shop contains a user name or a password.*declare it as a secret in the load file/s,
      ],
      'a login in the address of the collector': [
        { metrics: { otel: { endpoint: 'https://me:hush@collector.test:4318' } } },
        /metrics\.otel\.endpoint contains a user name or a password.*remove it.*metrics\.otel\.headers\.existingSecret/s,
      ],
      'a login in the link of a message': [
        { notify: { link: 'https://me:hush@ci.test/job/1' } },
        /notify\.link contains a user name or a password.*remove the login/s,
      ],
      'no load file at all': [
        { load: { file: null } },
        /there is no load file: set load\.file .*or pass --set-file loadFile\.content=shop\.bundle/,
      ],
      'no load file, and classes of Locust that nobody names': [
        { load: { file: null }, workers: { engine: 'locust' }, locust: { image: 'a', configMap: 'b' } },
        /there is no load file: .*or name the classes of the locustfile in locust\.userClasses/,
      ],
      'keys that an earlier file left': [
        { load: { profile: { kind: 'stages', stages: [{ users: 5, hold: '20s' }] } } },
        /load\.profile has runTime, users, but load\.profile\.kind is stages, which allows only stages, spawnRate; the number of users is users of each stage\..*--set load\.profile\.runTime=null,load\.profile\.users=null/,
      ],
      'a rate of a shape': [
        { load: { profile: { kind: 'shape', rate: '5/s' } }, workers: { count: 1 } },
        /load\.profile has rate, .*shape/,
      ],
      'a key that no kind has': [
        { load: { profile: { userz: 5 } } },
        /load\.profile has userz, .*constant, which allows only users, spawnRate, runTime/,
      ],
      'a shape without a count': [{}, /workers\.count is missing/, withProfile({ kind: 'shape', runTime: '1m' })],
    }
    for (const [name, [values, says, whole = base]] of Object.entries(mistakes))
      test(`refused: ${name}`, () => {
        const { exitCode, stderr } = render(helm, [whole, values])
        assert.equal(exitCode, 1)
        assert.match(stderr, says)
      })

    test('refused: a number of which Helm loses the last digits, wherever load has it', () => {
      const path = join(temporaryFolder(), 'values.yaml')
      for (const [text, at] of [
        ['load: { params: { account: 9007199254740993 } }', 'load.params.account'],
        ['load: { params: { account: -12345678901234567890 } }', 'load.params.account'],
        ['extraObjects: [{ kind: A, spec: { of: [1, 9007199254740993] } }]', 'extraObjects[0].spec.of[1]'],
      ] as const) {
        writeFileSync(path, text)
        const { exitCode, stderr } = render(helm, [base], ['--values', path])
        assert.equal(exitCode, 1, text)
        assert.ok(stderr.includes(`${at} is `) && stderr.includes('put it in quotes'), stderr)
      }
      for (const said of ['--set', '--set-json'])
        assert.match(render(helm, [base], [said, 'load.params.a=9007199254740993']).stderr, /load\.params\.a is /)
      writeFileSync(path, 'load: { params: { a: "9007199254740993", b: 9007199254740991 } }')
      assert.match(
        render(helm, [base], ['--values', path]).stdout,
        /a: "9007199254740993"\n\s+b: 9007199254740991|b: 9\.007/,
      )
    })

    test('an @ that is no login is not taken for one', () => {
      const load = {
        host: 'http://shop.test/@me',
        http: { proxy: 'http://proxy:3128' },
        params: { mail: 'me@shop.test' },
      }
      const { exitCode, stderr } = render(helm, [base, { load }])
      assert.equal(exitCode, 0, stderr)
    })

    test('a plain load file of just 430 KiB is whole in its ConfigMap', () => {
      const path = join(temporaryFolder(), 'shop.js')
      const text = '"\\{{é\n'.repeat(62_902)
      writeFileSync(path, text)
      const { exitCode, stdout, stderr } = render(helm, [base], ['--set-file', `loadFile.content=${path}`])
      assert.equal(exitCode, 0, stderr)
      assert.equal(manifests(stdout).find(({ metadata }) => metadata?.name === 'shop-load')?.data['load.js'], text)
    })

    test('refused: a plain load file beyond 430 KiB, with the way out', () => {
      const path = join(temporaryFolder(), 'shop.js')
      writeFileSync(path, 'x'.repeat(431 * 1024))
      const { exitCode, stderr } = render(helm, [base], ['--set-file', `loadFile.content=${path}`])
      assert.equal(exitCode, 1)
      assert.match(
        stderr,
        /loadFile\.content has 431 KiB of plain JavaScript; the limit is 430 KiB\. Compress it: katydid bundle/,
      )
    })
  })
