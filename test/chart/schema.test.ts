import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { LayeredValues, type Values } from '../../runner/src/plan/layers.ts'
import { parseValues, readValuesFile } from '../../runner/src/plan/values-file.ts'
import { chartSchemaFile, chartSchemaText, chartValuesFile } from '../../scripts/chart-schema.ts'
import { withComments } from '../../scripts/values-comments.ts'
import { chartReadme, withTables } from '../../scripts/values-table.ts'
import { helms, render, root } from './helm.ts'
import { keysBelow, type Schema, schemasAt, templatePaths, undescribed } from './schema-paths.ts'

const schema = JSON.parse(chartSchemaText()) as Schema
const validate = new Ajv2020({ strict: true, strictTypes: false, allErrors: true }).compile(schema)
const own = readValuesFile(join(root, 'chart/values.yaml'))
const smoke = readValuesFile(join(root, 'values/smoke.yaml'))
const folder = join(root, 'chart/templates')
const templates = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const)

function merged(...layers: Values[]): Values {
  const values = new LayeredValues()
  for (const layer of [own.values, ...layers]) values.add({ name: 'a test', values: layer })
  return values.values
}

/** Where it errs: `image: tga`, `load.profile.users`. */
function mistakes(values: Values): string[] {
  validate(values)
  return (validate.errors ?? []).map(({ instancePath, params }) => {
    const at = instancePath.slice(1).replaceAll('/', '.')
    return 'additionalProperty' in params ? `${at}: ${params.additionalProperty}` : at
  })
}

test('chart/values.schema.json is up to date (npm run schema)', () => {
  assert.equal(readFileSync(chartSchemaFile, 'utf8'), chartSchemaText())
})

test('the comments of chart/values.yaml are up to date, and leave its values alone (npm run schema)', () => {
  const file = readFileSync(chartValuesFile, 'utf8')
  assert.equal(file, withComments(file))
  const bare = file.replaceAll(/^ *#.*\n/gm, '')
  assert.equal(withComments(bare), file)
  assert.deepEqual(parseValues(withComments(bare), 'values.yaml'), parseValues(bare, 'values.yaml'))
})

test('chart/values.yaml has a comment before each value', () => {
  const lines = readFileSync(chartValuesFile, 'utf8').split('\n')
  const values = lines.flatMap((line, index) => (/^ *[A-Za-z]\w*:/.test(line) ? [index] : []))
  assert.ok(values.length > 100)
  // of a map of labels each has no description
  const bare = values.filter((index) => !/^ *#/.test(lines[index - 1] as string)).map((index) => lines[index]?.trim())
  assert.deepEqual(bare, ['grafana_dashboard: "1"'])
})

test('chart/README.md has every value and every values file, as they are (npm run schema)', () => {
  const page = readFileSync(chartReadme, 'utf8')
  assert.equal(page, withTables(page))
})

test('every values file is headed by the question it answers', () => {
  for (const name of readdirSync(join(root, 'values')))
    assert.match(readFileSync(join(root, 'values', name), 'utf8'), /^# [A-Z].*\?/, name)
})

test('every value of the chart has a place in the schema', () => {
  const leaves = leavesOf(own.values)
  assert.ok(leaves.length > 30)
  // a map of labels has whatever keys
  const isMap = ({ type, properties }: Schema) => type === 'object' && !properties
  for (const path of leaves)
    assert.ok(schemasAt(schema, path).length > 0 || schemasAt(schema, path.slice(0, -1)).some(isMap), path.join('.'))
})

test('the schema has no section that chart/values.yaml has not', () => {
  const others = [...keysBelow(schema)].filter((key) => !(key in own.values))
  assert.deepEqual(others, ['global', 'enabled'])
})

test('every value that a template reads has a place in the schema', () => {
  const paths = templates.flatMap(([name, text]) => templatePaths(text).map((path) => ({ name, path })))
  assert.ok(paths.length > 60, `only ${paths.length}`)
  for (const { name, path } of paths) assert.notEqual(schemasAt(schema, path).length, 0, `${name}: ${path.join('.')}`)
})

test('settings of pods are those that the pod template reads', () => {
  const text = new Map(templates).get('_pod.tpl') ?? ''
  const named = [...text.matchAll(/\$set\.(\w+)/g)].map(([, key]) => key as string)
  const [, listed = ''] = /range \$key := list ([^}]+)/.exec(text) ?? []
  const copied = [...listed.matchAll(/"(\w+)"/g)].map(([, key]) => key as string)
  assert.ok(copied.length > 5)
  for (const role of ['all', 'master', 'workers', 'verdict', 'target']) {
    const keys = schemasAt(schema, ['pods', role]).flatMap((pod) => [...keysBelow(pod)])
    const args = ['master', 'workers'].includes(role) ? ['extraArgs'] : []
    assert.deepEqual(keys.sort(), [...new Set([...named, ...copied, ...args])].sort(), role)
  }
})

test('every value is described', () => {
  assert.deepEqual(undescribed(schema), [])
})

test('its patterns are ones that Go knows too', () => {
  for (const [pattern] of chartSchemaText().matchAll(/"pattern": ".*"/g))
    assert.doesNotMatch(pattern, /\(\?|\\\\d|\\\\w/)
})

describe('every file of values/ is valid over the chart', () => {
  const files = readdirSync(join(root, 'values')).filter((name) => name.endsWith('.yaml'))
  assert.ok(files.length >= 8)
  for (const name of files)
    test(name, () => {
      assert.deepEqual(mistakes(merged(readValuesFile(join(root, 'values', name)).values)), [])
    })
})

const wrong: [set: string, values: Values, at: string, helm: RegExp][] = [
  ['wokers.count=3', { wokers: { count: 3 } }, ': wokers', /'wokers' not allowed/],
  ['load.profile.users=0', { load: { profile: { users: 0 } } }, 'load.profile.users', /\/load\/profile\/users.*want 1/],
  ['image.tga=x', { image: { tga: 'x' } }, 'image: tga', /\/image.*'tga' not allowed/],
  ['mesh=foo', { mesh: 'foo' }, 'mesh', /\/mesh.*'istio'/],
  ['load.thresholds=abc', { load: { thresholds: 'abc' } }, 'load.thresholds', /\/load\/thresholds.*want null or array/],
  [
    'pods.workers.replicas=3',
    { pods: { workers: { replicas: 3 } } },
    'pods.workers: replicas',
    /'replicas' not allowed/,
  ],
  ['jobTtl=soon', { jobTtl: 'soon' }, 'jobTtl', /\/jobTtl/],
  [
    'pods.all.sidecars[0].name=proxy',
    { pods: { all: { sidecars: [{ name: 'proxy' }] } } },
    'pods.all.sidecars.0',
    /\/pods\/all\/sidecars\/0.*missing property 'restartPolicy'/,
  ],
  [
    'pods.all.sidecars[0].restartPolicy=OnFailure',
    { pods: { all: { sidecars: [{ restartPolicy: 'OnFailure' }] } } },
    'pods.all.sidecars.0.restartPolicy',
    /\/sidecars\/0\/restartPolicy.*'Always'/,
  ],
  // Helm takes away what is said to be null: nothing would be where the templates look
  ['image=null', { image: null }, '', /missing property 'image'/],
  [
    'clusterKey.enabled=null',
    { clusterKey: { enabled: null } },
    'clusterKey',
    /\/clusterKey': missing property 'enabled'/,
  ],
  // in a list nothing is taken back, and the runner has no use for it
  [
    'load.thresholds[0].that=p95 < 1s,load.thresholds[0].window=null',
    { load: { thresholds: [{ that: 'p95 < 1s', window: null }] } },
    'load.thresholds.0.window',
    /\/load\/thresholds\/0\/window.*want string/,
  ],
  [
    'metrics.otel.interval=null',
    { metrics: { otel: { interval: null } } },
    'metrics.otel',
    /\/metrics\/otel.*missing property 'interval'/,
  ],
  ['helmTimeout=null', { helmTimeout: null }, '', /missing property 'helmTimeout'/],
  [
    'pods.verdict.extraArgs[0]=-q',
    { pods: { verdict: { extraArgs: ['-q'] } } },
    'pods.verdict: extraArgs',
    /'extraArgs' not allowed/,
  ],
]

describe('what is wrong is refused where it is wrong', () => {
  for (const [set, values, at] of wrong)
    test(set, () => {
      const found = mistakes(merged(smoke.values, values))
      assert.ok(found.includes(at), found.join('\n'))
    })
})

for (const { major, path: helm, skip } of helms)
  describe(`Helm ${major} checks with it`, { skip }, () => {
    const files = ['smoke.yaml', 'kind.yaml']

    test('what is right is rendered', () => {
      const { exitCode, stderr } = render(helm, files)
      assert.equal(exitCode, 0, stderr)
    })
    for (const [set, , , said] of wrong)
      test(`--set ${set}`, () => {
        const { exitCode, stderr } = render(helm, files, ['--set', set])
        assert.notEqual(exitCode, 0)
        assert.match(stderr, said)
      })
  })

function leavesOf(values: object, at: readonly string[] = []): string[][] {
  return Object.entries(values).flatMap(([key, value]) => {
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isMap && Object.keys(value).length > 0 ? leavesOf(value, [...at, key]) : [[...at, key]]
  })
}
