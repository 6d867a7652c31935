import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failureKindOf } from '../stats/failure-kind.ts'
import { testRun } from './test-run.fixture.ts'

test('a time-out is known by code, name, message or cause', () => {
  for (const error of [
    Object.assign(new Error('connect'), { code: 'ETIMEDOUT' }),
    Object.assign(new Error('x'), { code: 'UND_ERR_HEADERS_TIMEOUT' }),
    new DOMException('The operation was aborted', 'TimeoutError'),
    new Error('Command timed out'),
    new Error('Query read timeout'),
    new Error('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ETIMEDOUT' }) }),
    'timeout',
  ])
    assert.equal(failureKindOf(error), 'timeout', String(error))
})

test('nothing else is one, and nothing throws', () => {
  const hostile = {
    get code() {
      throw new Error('no')
    },
  }
  const all = [
    new Error('HTTP 504'),
    Object.assign(new Error('x'), { code: 'ECONNRESET' }),
    'time',
    7,
    null,
    undefined,
    hostile,
  ]
  for (const error of all) assert.equal(failureKindOf(error), undefined)
})

test('what a task measures, and what it fires, has its kind, and is kept apart by it', async () => {
  const { runtime, recorder } = testRun()
  const what = { type: 'SQL', name: 'orders' }
  for (const message of ['Query timed out', 'no such table'])
    await assert.rejects(runtime.environment.measure(what, () => Promise.reject(new Error(message))))
  recorder.request('SQL', 'orders').failure(1, Number.NaN, 0, 'Query timed out')
  const found = recorder.take().errors.map(({ error, kind }) => [error, kind])
  assert.deepEqual(found, [
    ['Query timed out', 'timeout'],
    ['no such table', undefined],
    ['Query timed out', undefined],
  ])
})
