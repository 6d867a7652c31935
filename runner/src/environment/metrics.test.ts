import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { bindRuntime, forgetLoadFile } from '../hooks/runtime.ts'
import { check, metrics } from './metrics.ts'
import { type TestRun, testRun } from './test-run.fixture.ts'

let run: TestRun
let unbind: () => void
beforeEach(() => {
  run = testRun()
  unbind = bindRuntime(run.runtime)
})
afterEach(() => {
  unbind()
  forgetLoadFile()
})

test('counters add up, rates and trends count, gauges keep the newest', () => {
  metrics.counter('orders').add()
  metrics.counter('orders').add(2.5)
  metrics.rate('in_stock').add(true)
  metrics.rate('in_stock').add(false)
  metrics.trend('cart_size').add(3)
  metrics.trend('cart_size').add(5)
  metrics.gauge('queue').set(7)
  metrics.gauge('queue').set(4)
  const byName = Object.fromEntries(run.recorder.take().metrics.map((metric) => [metric.name, metric]))
  assert.deepEqual(byName.orders, { kind: 'counter', name: 'orders', sum: 3.5 })
  assert.deepEqual(byName.in_stock, { kind: 'rate', name: 'in_stock', trues: 1, count: 2 })
  assert.equal(byName.cart_size?.kind === 'trend' && byName.cart_size.values.sum, 8)
  assert.equal(byName.queue?.kind === 'gauge' && byName.queue.value, 4)
})

test('a check is a rate and gives its truth back; a function is called', () => {
  assert.equal(check(true, 'has heading'), true)
  assert.equal(check('', 'has heading'), false)
  assert.equal(
    check(() => 1, 'has heading'),
    true,
  )
  assert.throws(
    () =>
      check(() => {
        throw new Error('no body')
      }, 'has heading'),
    { message: 'no body' },
  )
  assert.deepEqual(run.recorder.take().metrics, [{ kind: 'rate', name: 'has heading', trues: 2, count: 4 }])
})

test('one name, one kind; finite values; names; not before the run', () => {
  metrics.counter('orders')
  assert.throws(() => metrics.trend('orders'), {
    name: 'KatydidError',
    message: 'Metric orders is used as a trend and as a counter',
  })
  assert.throws(() => check(true, 'orders'), { message: 'Metric orders is used as a rate and as a counter' })
  assert.throws(() => metrics.counter('orders').add(Number.NaN), {
    message: 'Metric orders got the value NaN, which is not a finite number',
  })
  assert.throws(() => metrics.trend('t').add(Number.POSITIVE_INFINITY))
  assert.throws(() => metrics.trend('t').add('3' as never))
  assert.throws(() => metrics.gauge(' '), { message: 'A gauge needs a name' })
  unbind()
  assert.throws(() => metrics.counter('orders').add(), { message: 'Metric orders got a value before the run began' })
})

test('names made of values are refused before they fill memory', () => {
  assert.throws(
    () => {
      for (let i = 0; i < 600; i++) metrics.counter(`user ${i}`)
    },
    { message: 'Metric user 500 is one too many: the limit is 500 metrics' },
  )
})
