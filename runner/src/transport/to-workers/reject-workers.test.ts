import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeFrame } from '../locust/decode.ts'
import { clientReady, workerHeartbeat } from '../locust/frames.ts'
import { RejectingServer } from './reject-workers.ts'

function told() {
  const frames: { type: string; data: unknown }[] = []
  const transmit = (_id: string, bytes: Uint8Array) => void frames.push(decodeFrame(bytes))
  return { frames, door: new RejectingServer({ run: 'r', why: 'no load file', exitCode: 3, transmit }) }
}

test('a Locust worker is greeted and told to quit', () => {
  const { frames, door } = told()
  door.receive('w', clientReady('w', '2.47.0'))
  door.receive('w', workerHeartbeat('w', { state: 'ready', cpuPercent: 0, rssBytes: 0 }))
  assert.deepEqual(
    frames.map(({ type }) => type),
    ['ack', 'quit'],
  )
})

test('what is no message does no harm', () => {
  const { frames, door } = told()
  door.receive('w', new Uint8Array([1, 2, 3]))
  assert.equal(frames.length, 0)
})
