import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { createProfile } from '../profile/profiles.ts'
import { buildPlan } from './build-plan.ts'
import { planOf } from './plan.fixture.ts'
import { planSchemaText } from './schema-files.ts'
import { parseValues } from './values-file.ts'

const validate = new Ajv2020({ strict: true, strictTypes: false, allErrors: true }).compile(
  JSON.parse(planSchemaText()),
)
const isValid = (text: string) => validate(parseValues(text, 'x.yaml'))
const profile = (text: string) => `load: { file: s.ts, profile: ${text} }`

test('runner/plan.schema.json is up to date (npm run schema)', () => {
  assert.equal(readFileSync(new URL('../../plan.schema.json', import.meta.url), 'utf8'), planSchemaText())
})

describe('the JSON Schema and the plan agree', () => {
  const good = [
    'load: { file: s.ts }',
    'load: { file: s.ts }\nimage: { tag: v1 }\nworkers: { count: 2, onLoss: fail }',
    'load: { file: s.ts, stopTimeout: 5, thresholds: [p95 < 1s, { that: p99 < 2s, abort: true }], http: { maxBodyBytes: 1MiB } }',
    profile('{ kind: constant, users: 5, spawnRate: 600/m, runTime: 1h30m }'),
    profile('{ kind: stages, stages: [{ users: 5, hold: 1m }] }'),
    profile('{ kind: arrivals, rate: 0.5, maxUsers: 5 }'),
    profile('{ kind: bursts, burstUsers: 5, every: 1h, duration: 1m, jitter: 50% }'),
  ]
  const bad = [
    'load: {}',
    'load: { file: s.ts, profle: {} }',
    'load: { file: s.ts, stopTimeout: 5 minuts }',
    'load: { file: s.ts, onSaturated: maybe }',
    'load: { file: s.ts }\nworkers: { foo: 1 }',
    profile('{ kind: constant }'),
    profile('{ kind: constant, users: 0 }'),
    profile('{ kind: constant, users: 5, runTime: 0 }'),
    profile('{ kind: constant, users: 5, stages: [] }'),
    profile('{ kind: steady, users: 5 }'),
    profile('{ users: 5 }'),
  ]
  for (const text of good)
    test(text, () => {
      assert.ok(isValid(text), JSON.stringify(validate.errors))
      assert.equal(planOf({ files: [text] }).file, 's.ts')
    })
  for (const text of bad)
    test(`not ${text}`, () => {
      assert.ok(!isValid(text))
      assert.throws(() => planOf({ files: [text] }), { name: 'KatydidError' })
    })
})

test('its patterns are ones that Go knows too: Helm checks with them', () => {
  const patterns = planSchemaText().match(/"pattern": ".*"/g) ?? []
  assert.ok(patterns.length > 10)
  for (const pattern of patterns) assert.doesNotMatch(pattern, /\(\?|\\\\d|\\\\w/)
})

describe('every file of values/ is a plan', () => {
  const folder = new URL('../../../values/', import.meta.url)
  const valuesOf = (name: string) => parseValues(readFileSync(new URL(name, folder), 'utf8'), name)
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'))
  // where a cluster is may say something of the load, and no profile
  const profiles = names.filter(
    (name) => (valuesOf(name).load as { profile?: object } | undefined)?.profile !== undefined,
  )
  const places = names.filter((name) => !profiles.includes(name))
  assert.ok(profiles.length >= 6)
  assert.ok(places.length >= 4)
  const planFrom = (file: string | undefined, ...files: string[]) =>
    buildPlan({
      valuesFiles: files.map((name) => new URL(name, folder).pathname),
      env: {},
      flags: { file: file ?? 'shop.ts' },
    })
  for (const name of profiles)
    test(name, () => {
      const values = valuesOf(name)
      // the load file may be left to the command line; one that is named is in the image, so under runner/
      const { file } = values.load as { file?: string }
      if (file !== undefined) assert.ok(existsSync(new URL(`../../${file}`, import.meta.url)), file)
      const plan = planFrom(file, name)
      const { durationMs } = createProfile(plan.profile)
      if (values.mode === 'continuous') assert.deepEqual([durationMs, plan.guard.maxRps], [undefined, 2])
      else assert.ok((durationMs ?? 0) > 0)
      assert.ok(plan.thresholds.length > 0)
      assert.ok(
        validate({ ...values, load: { file: 'shop.ts', ...(values.load as object) } }),
        JSON.stringify(validate.errors),
      )
    })
  for (const name of places)
    test(`${name}: a place, with a profile`, () => {
      const { load, ...more } = valuesOf(name)
      const whole = { file: 'shop.ts', ...(valuesOf('smoke.yaml').load as object), ...(load as object | undefined) }
      assert.doesNotThrow(() => planFrom(undefined, 'smoke.yaml', name))
      assert.ok(validate({ ...more, load: whole }), JSON.stringify(validate.errors))
    })
})
