import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { assertExit, assertTruth } from './assert-truth.ts'
import { runKatydid } from './run-katydid.ts'
import { startTarget } from './target/target.ts'

const target = await startTarget()
after(() => target.close())
beforeEach(() => target.reset())

const file = `
import { check, constant, HttpUser, metrics, task } from 'katydid'
const orders = metrics.counter('orders')
const cached = metrics.rate('cached')
const cart = metrics.trend('cart_size')
let n = 0
export class U extends HttpUser {
  waitTime = constant(0.02)
  @task async t() {
    const { status } = await this.client.get('/json')
    orders.add(2)
    cached.add(n % 4 === 0)
    cart.add(1 + (n % 100))
    check(status === 200, 'status is 200')
    check(n++ % 2 === 0, 'even')
  }
}
`
const run = async (...thresholds: string[]) => {
  const flags = thresholds.flatMap((that) => ['--threshold', that])
  const outcome = await runKatydid(['run', 'm.ts', '-H', target.url, '-u', '4', '-r', '40', '-t', '1s', ...flags], {
    files: { 'm.ts': file },
  })
  await assertTruth(outcome, target)
  return outcome
}

test('counters, rates, trends and checks are recorded, shown and reported', async () => {
  const outcome = await run()
  assertExit(outcome, 0)
  const { total } = await target.counts()
  const said = JSON.stringify(outcome.result.metrics)
  for (const name of ['orders', 'cached', 'cart_size', 'status is 200', 'even']) {
    assert.ok(said.includes(`"${name}"`), `${name} is not in ${said}`)
    assert.ok(outcome.stdout.includes(name), `${name} is not shown`)
  }
  assert.ok(said.includes(String(2 * total)), `orders are ${2 * total}: ${said}`)
})

test('and can be judged', async () => {
  const passed = await run('orders > 10', 'cached < 60%', 'cart_size: p95 <= 100', '"status is 200" >= 100%')
  assertExit(passed, 0)
  await target.reset()
  const failed = await run('even > 90%')
  assertExit(failed, 1)
  assert.ok(
    failed.result.verdict.findings.some(
      ({ outcome, text }) => outcome === 'failed' && /even.*\b[45]\d(\.\d+)? %/.test(text),
    ),
  )
})
