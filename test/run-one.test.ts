import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { assertExit } from './assert-truth.ts'
import { runKatydid } from './run-katydid.ts'
import { startTarget } from './target/target.ts'

const target = await startTarget()
after(() => target.close())
beforeEach(() => target.reset())

const files = (members: string) => ({
  'u.ts': `import { constant, HttpUser, SequentialTaskSet, StopUser, task, TaskSet } from 'katydid'
export class U extends HttpUser {
  waitTime = constant(0)
${members}
}
`,
})
const runOne = (members: string, ...flags: string[]) =>
  runKatydid(['run-one', 'u.ts', '-H', target.url, ...flags], { files: files(members) })

test('run-one runs a single user, prints every request and response, and ends when every task has run', async () => {
  const run = await runOne(`
  async onStart() { await this.client.post('/echo', { json: { hello: 'there' }, headers: { 'x-mine': '1' } }) }
  @task(9) async a() { await this.client.get('/json') }
  @task async b() { await this.client.get('/json?b') }
  @task(0) async off() { await this.client.get('/json?off') }
  @task Forum = class extends TaskSet { @task async c() { await this.client.get('/json?c') } @task async d() {} }
  @task Steps = class extends SequentialTaskSet { @task(2) async e() { await this.client.get('/json?e') } @task() async f() {} }`)
  assertExit(run, 0)
  const { total, byPath } = await target.settled()
  assert.equal(total, 6)
  assert.equal(byPath['POST /echo'], 1)
  for (const part of ['POST', '/echo', 'x-mine', '{"hello":"there"}', '/json', '"name":"one"', '?b', '?c', '?e'])
    assert.ok(run.stdout.includes(part), `${part} is not in\n${run.stdout}`)
  assert.ok(!run.stdout.includes('?off'))
  assert.match(run.stdout, /\nevery task has run\n\n$/)
})

test('--iterations repeats all tasks; the times of redirects are times', async () => {
  const run = await runOne(
    "  @task async a() { await this.client.get('/redirect/2') }\n  @task async b() {}",
    '--iterations',
    '3',
  )
  assertExit(run, 0)
  assert.equal(run.stdout.match(/^← 302 in /gm)?.length, 6, run.stdout)
  assert.doesNotMatch(run.stdout, /in -/)
})

test('run-one ends at the first failure, and at the first exception with its line in the file', async () => {
  const failing = await runOne(
    "  @task async a() { await this.client.get('/status/404') }\n  @task async b() { await this.client.get('/json') }",
    '--iterations',
    '50',
  )
  assertExit(failing, 1)
  assert.match(failing.stdout, /← 404 in /)
  assert.match(failing.stdout, /! the first failure ended the run: GET \/status\/404/)
  assert.equal((await target.settled()).total, 1)

  const throwing = await runOne(
    "  @task async a() { throw new Error('here it is') }\n  @task async b() {}",
    '--iterations',
    '50',
  )
  assertExit(throwing, 1)
  assert.match(throwing.stdout, /✗ Error: here it is\n.*u\.ts:4/)
})

test('run-one refuses what is of many users', async () => {
  for (const flags of [
    ['-u', '5'],
    ['-r', '5'],
    ['--arrivals', '5/s'],
    ['--max-users', '5'],
    ['--iterations', '0'],
  ]) {
    const run = await runOne('  @task async a() {}', ...flags)
    assertExit(run, 2)
    assert.match(run.stderr, /^katydid: (run-one runs one user: --|bad --iterations)/)
  }
})
