import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { assertExit, assertTruth } from './assert-truth.ts'
import { runKatydid } from './run-katydid.ts'
import { startTarget } from './target/target.ts'

const target = await startTarget()
after(() => target.close())

const file = `
import { constant, HttpUser, parameters, secret, task } from 'katydid'
export const params = parameters({ tenant: 'blue', size: 2, deep: false, key: secret('API_KEY') })
export class U extends HttpUser {
  waitTime = constant(0.05)
  @task async t() {
    const { tenant, size, deep } = params
    await this.client.get('/json', { name: [tenant, size + 1, deep ? 'deep' : 'flat'].join(' '), headers: { authorization: params.key } })
    await this.client.get('/status/200?' + params.key, { name: 'secret' })
  }
}
`
const run = async (flags: string[], files: Record<string, string> = {}) => {
  await target.reset()
  const outcome = await runKatydid(['run', 'p.ts', '-H', target.url, '-u', '1', '-t', '300ms', ...flags], {
    files: { 'p.ts': file, ...files },
    env: { API_KEY: 'hush-0123456789' },
  })
  if (outcome.hasResult) await assertTruth(outcome, target)
  return outcome
}
const names = (outcome: Awaited<ReturnType<typeof run>>) => outcome.result.requests.map(({ name }) => name)

test('defaults, values files, flags: the later goes before the earlier, each with its type', async () => {
  const values = { 'v.yaml': 'load:\n  params: { tenant: green, size: 5 }\n' }
  assert.deepEqual(names(await run([])), ['blue 3 flat', 'secret'])
  assert.deepEqual(names(await run(['-f', 'v.yaml'], values)), ['green 6 flat', 'secret'])
  assert.deepEqual(names(await run(['-f', 'v.yaml', '--param', 'size=7', '--param', 'deep=true'], values)), [
    'green 8 deep',
    'secret',
  ])
})

test('a secret is read from the environment and shows nowhere', async () => {
  const outcome = await run(['--csv', 'out', '--junit', 'out.xml', '--log-format', 'json'])
  assertExit(outcome, 0)
  const written = ['result.json', 'out_stats.csv', 'out_failures.csv', 'out_exceptions.csv', 'out.xml'].map((name) =>
    readFileSync(join(outcome.dir, name), 'utf8'),
  )
  for (const text of [outcome.stdout, outcome.stderr, ...written]) assert.ok(!text.includes('hush-0123456789'), text)
})

test('a secret that a task prints in an error is redacted', async () => {
  const leaking = file.replace('const { tenant', `throw new Error('bad key ' + params.key); const { tenant`)
  const outcome = await run(['--threshold', 'exceptions < 1000'], { 'p.ts': leaking })
  for (const text of [outcome.stdout, outcome.stderr, JSON.stringify(outcome.result)])
    assert.ok(!text.includes('hush-0123456789'), text)
})

test('a missing secret, an unknown parameter, a value of the wrong type', async () => {
  const missing = await runKatydid(['run', 'p.ts', '-H', target.url, '-u', '1', '-t', '1s'], {
    files: { 'p.ts': file },
  })
  assertExit(missing, 2)
  assert.match(missing.stderr, /API_KEY/)
  const unknown = await run(['--param', 'tennant=x'])
  assertExit(unknown, 2)
  assert.match(unknown.stderr, /tennant.*\n?.*tenant/)
  const wrong = await run(['--param', 'size=large'])
  assertExit(wrong, 2)
  assert.match(wrong.stderr, /size.*large|large.*size/)
  assert.equal((await target.counts()).total, 0)
})
