import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { assertExit } from './assert-truth.ts'
import { runKatydid } from './run-katydid.ts'
import { startTarget } from './target/target.ts'

const target = await startTarget()
after(() => target.close())
beforeEach(() => target.reset())

const file = `
import { constant, HttpUser, StopUser, task } from 'katydid'
export class U extends HttpUser {
  waitTime = constant(0)
  async onStart() { await this.client.post('/echo', { json: { hello: 'there' }, headers: { 'x-mine': '1' } }) }
  @task async t() {
    await this.client.get('/status/404?first', { name: 'first' })
    await this.client.get('/json')
    throw new StopUser()
  }
}
`

test('run-one runs a single user and prints every request and response', async () => {
  const run = await runKatydid(['run-one', 'u.ts', '-H', target.url], { files: { 'u.ts': file } })
  assertExit(run, 0)
  const { total, byPath } = await target.settled()
  assert.equal(total, 3)
  assert.equal(byPath['POST /echo'], 1)
  const said = run.stdout + run.stderr
  for (const part of ['POST', '/echo', 'x-mine', '{"hello":"there"}', '404', '/json', '"name":"one"'])
    assert.ok(said.includes(part), `${part} is not in\n${said}`)
})

test('run-one shows an exception at its line in the file', async () => {
  const throwing = file.replace('throw new StopUser()', 'throw new Error("here it is")')
  const run = await runKatydid(['run-one', 'u.ts', '-H', target.url], {
    files: { 'u.ts': throwing },
    signalAfter: { signal: 'SIGINT', ms: 2500 },
  })
  assert.match(run.stdout + run.stderr, /here it is/)
  assert.match(run.stdout + run.stderr, /u\.ts:9/)
})
