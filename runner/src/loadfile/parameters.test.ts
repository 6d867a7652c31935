import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { KatydidError } from '../errors.ts'
import { redact } from '../secrets/redactions.ts'
import { aUser, loadInline } from './inline-files.fixture.ts'
import { checkParameters, setParameterOverrides } from './parameters.ts'

const declared = (text: string) => ({
  'shop.ts': `import { choice, parameters, required, secret } from 'katydid'\n${text}\n${aUser}`,
})
const shop = declared(`export const params = parameters({
  tenant: 'blue', rows: 10, debug: false, stage: choice(['test', 'live']), size: choice([1, 2, 4], 2), token: secret('SHOP_TOKEN'),
})
export const setup = () => params`)

beforeEach(() => setParameterOverrides({}, {}))

async function values(files: Record<string, string>): Promise<Record<string, unknown>> {
  const loadFile = await loadInline(files)
  checkParameters(loadFile)
  const seen = (await loadFile.setup?.({} as never)) as Record<string, unknown>
  assert.deepEqual({ ...loadFile.params }, { ...seen }, 'what the environment has is what the file sees')
  return { ...seen }
}

async function refused(files: Record<string, string>): Promise<KatydidError> {
  try {
    checkParameters(await loadInline(files))
  } catch (error) {
    assert.ok(error instanceof KatydidError, String(error))
    assert.equal(error.code, 'PARAM')
    return error
  }
  return assert.fail('nothing was wrong')
}

test('defaults, and the secret of the environment', async () => {
  setParameterOverrides({}, { SHOP_TOKEN: 'hush hush' })
  assert.deepEqual(await values(shop), {
    tenant: 'blue',
    rows: 10,
    debug: false,
    stage: 'test',
    size: 2,
    token: 'hush hush',
  })
})

test('overrides take the type of the default, from flags (text) and from values files', async () => {
  const env = { SHOP_TOKEN: 'hush hush' }
  const set = { tenant: 'green', rows: 20, debug: true, stage: 'live', size: 4, token: 'hush hush' }
  setParameterOverrides({ tenant: 'green', rows: '20', debug: 'true', stage: 'live', size: '4' }, env)
  assert.deepEqual(await values(shop), set)
  setParameterOverrides({ tenant: 'green', rows: 20, debug: true, stage: 'live', size: 4 }, env)
  assert.deepEqual(await values(shop), set)
  setParameterOverrides({ tenant: 7, rows: '-1.5e3', debug: 'off' }, env)
  const { tenant, rows, debug } = await values(shop)
  assert.deepEqual([tenant, rows, debug], ['7', -1500, false])
})

test('every mistake at once, and what is allowed', async () => {
  setParameterOverrides(
    { tennant: 'x', rows: 'many', debug: 'maybe', stage: 'prod', size: 3, token: 'on the command line' },
    {},
  )
  const { message, hint } = await refused(shop)
  assert.equal(message, '6 bad parameters')
  assert.deepEqual(hint?.replace(/\S*shop\.ts/, '<shop.ts>').split('\n'), [
    'rows is "many" but must be a number',
    'debug is "maybe" but must be true or false',
    'stage is "prod" but must be one of test, live',
    'size is 3 but must be one of 1, 2, 4',
    'token is a secret: set the environment variable SHOP_TOKEN: reports never show it; it is not set there',
    '<shop.ts> has no parameter tennant: did you mean tenant?',
    'the load file declares these parameters:',
    'tenant: a text, "blue" by default',
    'rows: a number, 10 by default',
    'debug: true or false, false by default',
    'stage: one of test, live; test by default',
    'size: one of 1, 2, 4; 2 by default',
    'token: a secret, from SHOP_TOKEN',
  ])
})

test('a file without parameters takes none', async () => {
  setParameterOverrides({ size: '1' }, {})
  const { message, hint } = await refused({ 'shop.ts': aUser })
  assert.match(message, /^Bad parameter: \S*shop\.ts has no parameter size$/)
  assert.equal(
    hint,
    "the load file declares no parameters. To declare one: export const params = parameters({ tenant: 'blue' })",
  )
})

test('a missing secret is told rather than what comes of it', async () => {
  const { message } = await refused(
    declared(`const { token } = parameters({ token: secret('SHOP_TOKEN') })\nif (!token) throw new Error('no token')`),
  )
  assert.equal(message, 'Bad parameter: token is a secret: set the environment variable SHOP_TOKEN')
})

test('a secret may have a default, which is no secret', async () => {
  const file =
    declared(`export const params = parameters({ a: secret('A', 'none'), b: secret('B', { default: 'nothing' }) })
export const setup = () => params`)
  assert.deepEqual(await values(file), { a: 'none', b: 'nothing' })
  assert.equal(redact('none, nothing'), 'none, nothing')
})

test('secrets are taken out of texts, also as JSON and URLs write them', async () => {
  setParameterOverrides({}, { SHOP_TOKEN: 'a "b" c/d' })
  await values(shop)
  const texts = ['a "b" c/d', JSON.stringify({ token: 'a "b" c/d' }), `http://h/?t=${encodeURIComponent('a "b" c/d')}`]
  assert.deepEqual(texts.map(redact), ['[redacted]', '{"token":"[redacted]"}', 'http://h/?t=[redacted]'])
  assert.equal(redact('nothing here'), 'nothing here')
})

test('a plain object as params: set in place', async () => {
  const file = declared(`export const params = { tenant: 'blue', rows: 10, token: secret('SHOP_TOKEN') }
export const setup = () => params`)
  setParameterOverrides({ rows: '3' }, { SHOP_TOKEN: 'hush hush' })
  assert.deepEqual(await values(file), { tenant: 'blue', rows: 3, token: 'hush hush' })
  setParameterOverrides({ row: '3' }, { SHOP_TOKEN: 'hush hush' })
  assert.match((await refused(file)).message, /has no parameter row: did you mean rows\?/)
})

test('params that cannot be set', async () => {
  assert.equal(
    (await refused(declared('export const params = 5'))).message,
    'The load file exports params, which is a number',
  )
  setParameterOverrides({ a: '2' }, {})
  assert.match(
    (await refused(declared('export const params = Object.freeze({ a: 1 })'))).message,
    /exports a frozen object as params/,
  )
  setParameterOverrides({}, {})
  const nested = declared('export const params = parameters({ list: [1] } as never)')
  assert.equal(
    (await refused(nested)).message,
    'Bad parameter: list has the default [ 1 ]: use a text, a number, true or false',
  )
})

test('what is declared, for whoever asks', async () => {
  setParameterOverrides({}, { SHOP_TOKEN: 'hush hush' })
  const { paramsDeclared } = await loadInline(shop)
  assert.deepEqual(paramsDeclared.at(-2), { name: 'size', type: 'choice', default: 2, allowed: [1, 2, 4] })
  assert.deepEqual(paramsDeclared.at(-1), { name: 'token', type: 'secret', variable: 'SHOP_TOKEN' })
})

test('a required parameter has no default: not set, it refuses the run with all other mistakes', async () => {
  const files = declared(`export const params = parameters({
  tenant: required(), rows: required('number'), dry: required('boolean'), stage: required(choice(['test', 'live'])), other: 5,
})
export const setup = () => params`)
  setParameterOverrides({ tenant: 'blue', rows: '20', dry: 'no', stage: 'live' }, {})
  assert.deepEqual(await values(files), { tenant: 'blue', rows: 20, dry: false, stage: 'live', other: 5 })
  setParameterOverrides({ tenant: '', rows: '0', dry: 'false', stage: 'test' }, {})
  assert.deepEqual(await values(files), { tenant: '', rows: 0, dry: false, stage: 'test', other: 5 }, 'said is said')
  setParameterOverrides({ rows: 'many' }, {})
  const { message, hint } = await refused(files)
  assert.equal(message, '4 bad parameters')
  assert.equal(
    hint,
    `tenant is required and is not set: use --param tenant=…, or load.params in a values file
rows is "many" but must be a number
dry is required and is not set: use --param dry=…, or load.params in a values file
stage is required and is not set: use --param stage=…, or load.params in a values file
the load file declares these parameters:
tenant: a text, required
rows: a number, required
dry: true or false, required
stage: one of test, live; required
other: a number, 5 by default`,
  )
  setParameterOverrides({}, {})
  const odd = await refused(declared("export const params = parameters({ when: required('date' as never) })"))
  assert.match(odd.message, /when is required\(…\) with undefined: use a text, a number, true or false/)
})
