import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, beforeEach, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import schema from '../runner/result.schema.json' with { type: 'json' }
import { assertExit, assertTruth } from './assert-truth.ts'
import { runKatydid } from './run-katydid.ts'
import { startTarget } from './target/target.ts'

const target = await startTarget()
after(() => target.close())
beforeEach(() => target.reset())

const file = `
import { check, constant, HttpUser, metrics, task } from 'katydid'
export class U extends HttpUser {
  waitTime = constant(0.03); step = 0; @task async each() { await [this.t, this.f, this.e, this.t, this.t][this.step++ % 5]!.call(this) }
  async t() { await this.client.get('/json'); metrics.trend('size').add(3); check(true, 'fine, "really"') }
  async f() { await this.client.get('/status/500') }
  async e() { throw new Error('a "quoted", <angled> exception') }
}
`
const run = async (...flags: string[]) => {
  const args = ['run', 'o.ts', '-H', target.url, '-u', '4', '-r', '40', '-t', '1s']
  const outcome = await runKatydid([...args, ...flags], { files: { 'o.ts': file } })
  if (outcome.hasResult) await assertTruth(outcome, target)
  return outcome
}
const lenient = ['--threshold', 'fail_ratio < 90%', '--threshold', 'exceptions < 10000']

test('result.json is what its published schema says', async () => {
  const validate = new Ajv2020({ strict: false }).compile(schema)
  for (const flags of [[], lenient, ['--threshold', 'size: p95 < 1']]) {
    await target.reset()
    const outcome = await run(...flags)
    assert.ok(validate(outcome.result), JSON.stringify(validate.errors))
    const { katydid, verdict, plan, startedAt, durationMs, totals, workers, health, events, series } = outcome.result
    for (const part of [katydid, plan, startedAt, durationMs, totals, workers, health, events, series]) assert.ok(part)
    assert.equal(verdict.exitCode, outcome.exitCode)
    assert.ok(outcome.result.exceptions.length > 0 && outcome.result.errors.length > 0)
  }
  assert.equal(validate({ katydid: '1' }), false, 'the schema can say no')
})

test('result.json says which load file ran, as sha256sum does', async () => {
  const { result } = await run(...lenient)
  const { path, sha256, bundle } = result.run.loadFile
  assert.deepEqual([path, sha256], ['o.ts', createHash('sha256').update(file).digest('hex')])
  assert.match(bundle, /^[0-9a-f]{16}$/)
  assert.equal(result.run.token, undefined)
})

const statsHeader =
  'Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%'
const historyHeader =
  'Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%,Total Request Count,Total Failure Count,Total Median Response Time,Total Average Response Time,Total Min Response Time,Total Max Response Time,Total Average Content Size'

test("--csv writes Locust's four files, header for header", async () => {
  const outcome = await run('--csv', 'deep/out', ...lenient)
  assertExit(outcome, 0)
  const lines = (name: string) => readFileSync(join(outcome.dir, `deep/out_${name}.csv`), 'utf8').split('\r\n')
  assert.equal(lines('stats')[0], statsHeader)
  assert.equal(lines('stats_history')[0], historyHeader)
  assert.equal(lines('failures')[0], 'Method,Name,Error,Occurrences,First Seen,Last Seen')
  assert.equal(lines('exceptions')[0], 'Count,Message,Traceback,Nodes')
  const { totals, requests } = outcome.result
  const last = lines('stats')
    .filter((line) => line !== '')
    .at(-1)!
    .split(',')
  assert.deepEqual(last.slice(0, 4), ['', 'Aggregated', String(totals.requests), String(totals.failures)])
  assert.equal(lines('stats').filter((line) => line !== '').length, requests.length + 2)
  assert.match(lines('failures')[1]!, /^GET,\/status\/500,.*500.*,\d+,\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ,/)
  assert.match(
    lines('exceptions')[1]!,
    /^\d+,"Error: a ""quoted"", <angled> exception"," +at U\.e \(.*o\.ts:7:\d+\)\n +at U\.each .*o\.ts:4:\d+\)",/,
  )
})

test('--junit writes a test case for each threshold', async () => {
  const outcome = await run('--junit', 'out.xml', ...lenient, '--threshold', 'GET /json: p95 < 0.001ms')
  assertExit(outcome, 1)
  const xml = readFileSync(join(outcome.dir, 'out.xml'), 'utf8')
  assert.match(xml, /^<\?xml/)
  assert.equal([...xml.matchAll(/<testcase /g)].length, 4)
  assert.equal([...xml.matchAll(/<failure /g)].length, 1)
  assert.match(xml, /p95 &lt; 0\.001ms/)
})

test('without a terminal: plain lines, a summary, errors and exceptions, no escape codes', async () => {
  const { stdout } = await run()
  assert.ok(!stdout.includes('\u001b'), 'no escape codes')
  for (const part of ['/json', '/status/500', 'Aggregated', 'p95', '500', 'exception', 'o.ts:7', 'size', 'failed'])
    assert.ok(stdout.includes(part), `${part} is not in\n${stdout}`)
})

test('--quiet says nothing', async () => {
  const outcome = await run('--quiet', ...lenient)
  assertExit(outcome, 0)
  assert.deepEqual([outcome.stdout, outcome.stderr], ['', ''])
})

test('an output that cannot be written (its folder is a file): said before any load, with its path', async () => {
  for (const flags of [
    ['--json', 'o.ts/result.json'],
    ['--csv', 'o.ts/out'],
    ['--junit', 'o.ts/out.xml'],
    ['--html', 'o.ts/out.html'],
  ]) {
    await target.reset()
    const outcome = await run(...flags, ...lenient)
    assertExit(outcome, 2)
    assert.ok(outcome.stderr.includes('o.ts/'), outcome.stderr)
    assert.ok(!/\n\s+at /.test(outcome.stderr), 'no stack trace')
    assert.equal((await target.counts()).total, 0)
  }
})

test('a disk that is full at the end: said, broken, and everything else still written', {
  skip: !existsSync('/dev/full') && 'no /dev/full here',
}, async () => {
  const outcome = await runKatydid(
    [
      'run',
      'o.ts',
      '-H',
      target.url,
      '-u',
      '2',
      '-r',
      '20',
      '-t',
      '700ms',
      '--junit',
      '/dev/full',
      '--json',
      'r.json',
      ...lenient,
    ],
    { files: { 'o.ts': file } },
  )
  assertExit(outcome, 2)
  assert.match(outcome.stdout + outcome.stderr, /\/dev\/full.*(ENOSPC|no space)|(ENOSPC|no space).*\/dev\/full/i)
  await assertTruth(outcome, target)
  assert.equal(outcome.result.verdict.outcome, 'broken')
  assert.ok(outcome.stdout.includes('Aggregated'), 'the summary is still printed')
})
