import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Aggregate } from './aggregate.ts'
import { otherName } from './cardinality-limit.ts'
import { Recorder } from './recorder.ts'

test('counts requests, failures, aborts, hops and bytes by method and name, and starts anew after take', () => {
  const recorder = new Recorder()
  const get = recorder.request('GET', '/a')
  get.success(10, Number.NaN, 100)
  get.success(20, Number.NaN, 50)
  get.failure(30, 1_030, 7, 'HTTP 500')
  get.hop()
  recorder.request('POST', '/a').abort(5)
  const total = new Aggregate()
  total.merge(recorder.take())
  const stats = total.request('GET', '/a')
  assert.deepEqual([stats?.requests, stats?.failures, stats?.hops, stats?.bytes, stats?.aborted], [3, 1, 1, 157, 0])
  assert.deepEqual([total.request('POST', '/a')?.requests, total.request('POST', '/a')?.aborted], [0, 1])
  assert.deepEqual([total.total.requests, total.total.aborted], [3, 1])
  assert.equal(stats?.scheduled?.count, 1)
  assert.equal(stats?.failed.max, 30)
  assert.deepEqual(
    total.errors().map((e) => [e.method, e.name, e.error, e.occurrences]),
    [['GET', '/a', 'HTTP 500', 1]],
  )
  assert.deepEqual(recorder.take(), { requests: [], errors: [], exceptions: [], metrics: [] })
})

test('what was given up has waited; what waits is a state of its own, and in no delta', () => {
  const recorder = new Recorder()
  const get = recorder.request('GET', '/a')
  get.abort(3_000)
  get.abort(9_000, false)
  get.waits(500)
  recorder.request('GET', '/b').waits(7_000)
  const waiting = recorder.takeWaiting()
  assert.deepEqual(
    waiting.map(({ name, ages }) => [name, ages.count, ages.max]),
    [
      ['/a', 1, 500],
      ['/b', 1, 7_000],
    ],
  )
  assert.deepEqual(recorder.takeWaiting(), [])
  const { requests } = recorder.take()
  assert.deepEqual(
    requests.map(({ name, aborted, unanswered }) => [name, aborted, unanswered?.count, unanswered?.max]),
    [['/a', 1, 2, 9_000]],
  )
})

test('names beyond the cap are counted as (other), with one warning', () => {
  let warnings = 0
  const recorder = new Recorder({ maxNames: 3, onCap: () => warnings++ })
  for (let i = 0; i < 10; i++) recorder.request('GET', `/item/${i}`).success(1, Number.NaN, 0)
  recorder.request('POST', '/x').success(1, Number.NaN, 0)
  recorder.request('GET', '/item/1').success(1, Number.NaN, 0)
  const total = new Aggregate()
  total.merge(recorder.take())
  assert.equal(warnings, 1)
  assert.equal(total.total.requests, 12)
  assert.equal(total.request('GET', otherName)?.requests, 7)
  assert.equal(total.request('POST', otherName)?.requests, 1)
  assert.equal(total.request('GET', '/item/1')?.requests, 2)
})

test('names to keep are kept beyond the cap, and take no other’s place', () => {
  const recorder = new Recorder({ maxNames: 1, keep: new Set(['/checkout']) })
  for (const name of ['/checkout', '/a', '/b', '/checkout']) recorder.request('GET', name).success(1, Number.NaN, 0)
  recorder.request('POST', '/checkout').success(1, Number.NaN, 0)
  const counted = recorder.take().requests.map(({ method, name, ok }) => `${method} ${name} ${ok.count}`)
  assert.deepEqual(counted.sort(), [`GET ${otherName} 1`, 'GET /a 1', 'GET /checkout 2', 'POST /checkout 1'].sort())
})

test('metrics to keep are kept beyond the cap', () => {
  const recorder = new Recorder({ maxTexts: 1, keep: new Set(['lost']) })
  for (const name of ['a', 'b', 'lost']) recorder.counter(name, 1)
  const names = recorder.take().metrics.map(({ name }) => name)
  assert.deepEqual(names.sort(), ['(other counter)', 'a', 'lost'])
})

test('user metrics of every kind add up over intervals', () => {
  const recorder = new Recorder()
  const total = new Aggregate()
  for (let i = 1; i <= 2; i++) {
    recorder.counter('sold', 2)
    recorder.rate('json', i === 1)
    recorder.trend('cart', i * 10)
    recorder.gauge('queue', i)
    recorder.exception('Error: x', 'at a.ts:1')
    total.merge(recorder.take())
  }
  const metric = (name: string) => total.metric(name)
  assert.deepEqual(metric('sold'), { kind: 'counter', name: 'sold', sum: 4 })
  assert.deepEqual(metric('json'), { kind: 'rate', name: 'json', trues: 1, count: 2 })
  const cart = metric('cart')
  assert.ok(cart?.kind === 'trend' && cart.values.count === 2 && cart.values.max === 20)
  const queue = metric('queue')
  assert.ok(queue?.kind === 'gauge' && queue.value === 2)
  assert.deepEqual([total.exceptions()[0]?.count, total.exceptions()[0]?.message], [2, 'Error: x'])
})

test('random error texts and exceptions do not grow memory: the first keep their own entry, the rest shares one', () => {
  const told: string[] = []
  const recorder = new Recorder({ maxTexts: 3, onCap: (what) => told.push(what) })
  const total = new Aggregate()
  for (let second = 0; second < 4; second++) {
    for (let i = 0; i < 10; i++) {
      recorder.request('GET', '/a').failure(1, Number.NaN, 0, `error ${second} ${i}`)
      recorder.exception(`Error: ${second} ${i}`, 'at a.ts:1')
    }
    recorder.request('GET', '/b').failure(1, Number.NaN, 0, 'error 0 1')
    recorder.exception('Error: 0 2', 'at a.ts:1')
    total.merge(recorder.take())
  }
  assert.deepEqual(told.sort(), ['errors', 'exceptions'])
  assert.deepEqual(
    total.errors().map(({ name, error, occurrences }) => [name, error, occurrences]),
    [
      ['/a', otherName, 37],
      ['/b', 'error 0 1', 4],
      ['/a', 'error 0 0', 1],
      ['/a', 'error 0 1', 1],
      ['/a', 'error 0 2', 1],
    ],
  )
  assert.deepEqual(
    total.exceptions().map(({ message, traceback, count }) => [message, traceback, count]),
    [
      [otherName, '', 37],
      ['Error: 0 2', 'at a.ts:1', 5],
      ['Error: 0 0', 'at a.ts:1', 1],
      ['Error: 0 1', 'at a.ts:1', 1],
    ],
  )
})

test('metrics beyond the cap share one entry a kind, told once', () => {
  const told: string[] = []
  const recorder = new Recorder({ maxTexts: 2, onCap: (what) => told.push(what) })
  const total = new Aggregate()
  recorder.trend('cart', 1)
  for (let i = 0; i < 5; i++) {
    recorder.counter(`c${i}`, 2)
    recorder.rate(`r${i}`, i < 2)
    recorder.trend(`t${i}`, i)
    recorder.gauge(`g${i}`, i)
    total.merge(recorder.take())
  }
  recorder.trend('cart', 3)
  total.merge(recorder.take())
  assert.deepEqual(told, ['metrics'])
  const names = total.metrics().map(({ name }) => name)
  assert.deepEqual(names, ['(other counter)', '(other gauge)', '(other rate)', '(other trend)', 'c0', 'cart'])
  assert.deepEqual(total.metric('(other counter)'), { kind: 'counter', name: '(other counter)', sum: 8 })
  assert.deepEqual(total.metric('(other rate)'), { kind: 'rate', name: '(other rate)', trues: 2, count: 5 })
  const cart = total.metric('cart')
  assert.ok(cart?.kind === 'trend' && cart.values.count === 2)
})
