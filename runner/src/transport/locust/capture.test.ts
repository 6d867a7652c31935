import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { Unpackr } from 'msgpackr'
import { decodeFrame, type Frame } from './decode.ts'
import { type Encodable, float } from './encode.ts'
import * as frames from './frames.ts'
import { dateOf } from './python-time.ts'

/** A line of the capture: a frame that a Python master or worker has sent, and what Python reads in it. */
interface Captured {
  kind: string
  dir: 'worker->master' | 'master->worker'
  type: string
  node_id: string
  data: unknown
  hex: string
}

const file = new URL('../../../../test/fixtures/locust-capture.jsonl', import.meta.url)
const captured = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line): Captured => JSON.parse(line))
  .filter(({ kind }) => kind === 'message')

/** The capture's notation of what JSON has no word for, as the decoder gives it. */
function inOurTypes(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(inOurTypes)
  const map = value as Record<string, unknown>
  if ('__datetime__' in map) return dateOf(map.as_str as string)
  if ('__bytes_hex__' in map) return Buffer.from(map.__bytes_hex__ as string, 'hex')
  return Object.fromEntries(Object.entries(map).map(([key, each]) => [key, inOurTypes(each)]))
}

const ordered = new Unpackr({ useRecords: false, mapsAsObjects: false })

/** The data with the order of its int keys, and microseconds, which objects and dates do not keep. */
function asSent({ hex }: Captured): Encodable {
  const [, data] = ordered.unpack(Buffer.from(hex, 'hex'))
  return withFloats('', data)
}

const floats = ['last_request_timestamp', 'start_time', 'first_seen', 'last_seen', 'spawn_rate']

/** Numbers have lost whether they were floats: here are those that may be whole all the same. */
function withFloats(key: string | number, value: Encodable): Encodable {
  if (typeof value === 'number') return floats.includes(String(key)) ? float(value) : value
  if (Array.isArray(value)) return value.map((each) => withFloats('', each))
  if (value instanceof Map) return new Map([...value].map(([name, each]) => [name, withFloats(name, each)]))
  return value
}

/** The frame as we would send it, from what was read in it. */
function rebuilt(line: Captured, { type, data, nodeId }: Frame): Buffer {
  const fromMaster = line.dir === 'master->worker'
  // biome-ignore lint/suspicious/noExplicitAny: the frame itself says whether it was taken for the right one
  const it = data as any
  switch (type) {
    case 'client_ready':
      return frames.clientReady(nodeId, it)
    case 'ack':
      return frames.ack(nodeId, it.index)
    case 'heartbeat':
      if (fromMaster) return frames.masterHeartbeat(nodeId)
      return frames.workerHeartbeat(nodeId, {
        state: it.state,
        cpuPercent: it.current_cpu_usage,
        rssBytes: it.current_memory_usage,
      })
    case 'spawn':
      return frames.spawn(nodeId, {
        timestamp: it.timestamp,
        users: it.user_classes_count,
        host: it.host,
        stopTimeoutS: it.stop_timeout,
        parsedOptions: { ...it.parsed_options, spawn_rate: float(it.parsed_options.spawn_rate) },
      })
    case 'spawning':
      return frames.spawning(nodeId)
    case 'spawning_complete':
      if (fromMaster) return frames.masterSpawningComplete(nodeId, it.user_count)
      return frames.workerSpawningComplete(nodeId, it.user_classes_count)
    case 'stop':
      return frames.stop(nodeId)
    case 'client_stopped':
      return frames.clientStopped(nodeId)
    case 'quit':
      return fromMaster ? frames.quit(nodeId) : frames.workerQuit(nodeId)
    case 'stats':
      return frames.stats(nodeId, asSent(line))
    default:
      return frames.custom(nodeId, type, asSent(line))
  }
}

describe('frames of a Python master and its workers', () => {
  for (const [i, line] of captured.entries()) {
    const { type, node_id: nodeId, data, dir } = line
    const bytes = Buffer.from(line.hex, 'hex')
    test(`${i}, ${type} ${dir}: read as Python reads it, and sent as Python sends it`, () => {
      const frame = decodeFrame(bytes)
      assert.deepEqual(frame, { type, data: inOurTypes(data), nodeId })
      assert.equal(rebuilt(line, frame).toString('hex'), line.hex)
    })
  }

  test('every kind is there', () => {
    const kinds = new Set(captured.map(({ type, dir }) => `${type} ${dir}`))
    assert.equal(captured.length, 56)
    assert.equal(kinds.size, 17)
  })
})
