import { Unpackr } from 'msgpackr'
import { msgpackFlaw } from './msgpack-flaw.ts'
import { dateOf } from './python-time.ts'

/** One message of Locust's protocol: a type, its data, and the id of the worker that it is from or for. */
export interface Frame {
  type: string
  data: unknown
  nodeId: string
}

/** Bytes that are not a valid message. The text says what is wrong with them. */
export class BadFrame extends Error {
  override readonly name = 'BadFrame'
}

const mostBytes = 64 * 1024 * 1024
const longestType = 200
const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: 'number' })

/**
 * Decodes what any peer may send, tolerantly: int keys become property names, times become dates, a missing id is empty, and bytes that are not
 * UTF-8 become replacement characters (a Go worker's strings may hold any bytes).
 *
 * @throws BadFrame, and nothing else, if it is not a message
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (bytes.length > mostBytes) throw new BadFrame(`${bytes.length} bytes are too many`)
  const flaw = msgpackFlaw(bytes)
  if (flaw) throw new BadFrame(flaw)
  const value = unpack(bytes)
  if (!Array.isArray(value) || value.length < 2) throw new BadFrame('not a list of type, data and id')
  const [type, data, nodeId] = value as unknown[]
  if (typeof type !== 'string') throw new BadFrame('its type is not a text')
  if (type.length > longestType) throw new BadFrame('its type is too long')
  return { type, data: withDates(data), nodeId: typeof nodeId === 'string' ? nodeId : '' }
}

function unpack(bytes: Uint8Array): unknown {
  try {
    return unpackr.unpack(bytes)
  } catch (error) {
    throw new BadFrame((error as Error).message)
  }
}

/** Turns the maps that Locust makes of datetimes into dates again, in place. */
function withDates(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (typeof value[i] === 'object') value[i] = withDates(value[i])
    return value
  }
  const map = value as Record<string, unknown>
  if (typeof map.as_str === 'string' && Object.hasOwn(map, '__datetime__')) return dateOf(map.as_str) ?? map
  for (const key in map) if (typeof map[key] === 'object') map[key] = withDates(map[key])
  return map
}
