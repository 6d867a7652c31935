import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeFrame } from './decode.ts'
import type { Encodable } from './encode.ts'
import { ack, custom, exception, masterHeartbeat, quit, spawn, workerHeartbeat } from './frames.ts'

const id = 'vm_1'
const dataOf = (bytes: Uint8Array) => decodeFrame(bytes).data

test("katydid's own is one more key of the same message, or its only one", () => {
  const katydid = { seq: 1, body: undefined }
  const beat = { state: 'ready', cpuPercent: 1, rssBytes: 2.5 } as const
  const locust = { state: 'ready', current_cpu_usage: 1, current_memory_usage: 3 }
  assert.deepEqual(dataOf(workerHeartbeat(id, beat)), locust)
  assert.deepEqual(dataOf(workerHeartbeat(id, beat, katydid)), { ...locust, katydid: { seq: 1 } })
  assert.deepEqual(dataOf(ack(id, 2, katydid)), { index: 2, katydid: { seq: 1 } })
  for (const build of [masterHeartbeat, quit]) {
    assert.equal(dataOf(build(id)), null)
    assert.deepEqual(dataOf(build(id, katydid)), { katydid: { seq: 1 } })
  }
})

test('a spawn has all five keys, which Python workers die without', () => {
  const order = { timestamp: 1, users: { A: 1 }, host: undefined, stopTimeoutS: 0, parsedOptions: {} }
  assert.deepEqual(Object.entries(dataOf(spawn(id, order)) as object), [
    ['timestamp', 1],
    ['user_classes_count', { A: 1 }],
    ['host', null],
    ['stop_timeout', 0],
    ['parsed_options', {}],
  ])
})

test('an exception, of which the capture has none', () => {
  assert.deepEqual(dataOf(exception(id, 'boom', 'at a.ts:1')), { msg: 'boom', traceback: 'at a.ts:1' })
})

test("a message of a load file's carries what data can be", () => {
  const data: Encodable = { when: new Date(1_000), list: [1, 'two', { three: null }] }
  assert.deepEqual(decodeFrame(custom(id, 'mine', data)), { type: 'mine', data, nodeId: id })
  assert.equal(dataOf(custom(id, 'mine', undefined)), null)
})
