import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { assertExit, assertTruth } from './assert-truth.ts'
import { runKatydid } from './run-katydid.ts'
import { startTarget } from './target/target.ts'

const user = `import { EventEmitter } from 'node:events'
import { constant, HttpUser, parameters, secret, task } from 'katydid'
export const params = parameters({ token: secret('TOKEN') })
export class U extends HttpUser {
  waitTime = constant(0.05)
  @task async t() { await this.client.get('/json'); this.after() }
  after() {}
}
`
const env = { TOKEN: 'abcd-efgh-1234' }
const run = (head: string, host: string, ...flags: string[]) =>
  runKatydid(['run', 's.ts', '-H', host, '-u', '2', '-r', '20', '-t', '2s', ...flags], {
    files: { 's.ts': `${user}${head}` },
    env,
  })

describe('what a load file throws where nobody waits for it', { concurrency: 2 }, () => {
  const nowhere = 'http://127.0.0.1:9'

  test('in a promise, as it is read: broken, its line, and no load', async () => {
    const { exitCode, stderr } = await run("\nvoid Promise.reject(new Error('no such shop'))\n", nowhere)
    assert.equal(exitCode, 2, stderr)
    assert.match(stderr, /^katydid: .*s\.ts:10:\d+.*no such shop/s)
    assert.doesNotMatch(stderr, /node:internal/)
  })

  for (const [how, thrown] of [
    ['a timer', "setTimeout(() => { throw new Error('out of the blue') }, 1)"],
    ['an emitter', "new EventEmitter().emit('error', new Error('out of the blue'))"],
    ['a promise', "void Promise.reject(new Error('out of the blue'))"],
  ] as const)
    test(`in ${how}, by a task: an exception, and all that was measured is told`, async () => {
      await using target = await startTarget()
      const later = how === 'an emitter' ? `setTimeout(() => { ${thrown} }, 1)` : thrown
      const outcome = await run(
        `let told = false
U.prototype.after = () => { if (!told) { ${later} } told = true }`,
        target.url,
      )
      assertExit(outcome, 1)
      assert.match(outcome.stdout, /^FAILED — .*exceptions/m)
      assert.deepEqual(
        outcome.result.exceptions.map(({ message }) => message),
        ['Error: out of the blue'],
      )
      await assertTruth(outcome, target)
    })
})

test('a library that makes stacks a list of call sites hides no exception', async () => {
  await using target = await startTarget()
  const outcome = await run(
    `Error.prepareStackTrace = (_, sites) => sites
U.prototype.after = () => { throw new Error('out of stock') }`,
    target.url,
  )
  assertExit(outcome, 1)
  assert.equal(outcome.result.exceptions[0]?.message, 'Error: out of stock')
  await assertTruth(outcome, target)
})

test('a secret in what a load file throws is in nothing that is printed', async () => {
  const { exitCode, stderr, stdout } = await run(
    "\nthrow new Error('refused for ' + params.token)\n",
    'http://127.0.0.1:9',
  )
  assert.equal(exitCode, 2)
  assert.match(stderr, /refused for \[redacted\]/)
  assert.doesNotMatch(stderr + stdout, /abcd-efgh/)
})
