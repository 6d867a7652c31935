import { MsgpackWriter } from './msgpack-writer.ts'
import { pythonTime } from './python-time.ts'

/** A number that is sent as a float, as Python does, also if it is whole. */
export class Float {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }
}

export function float(value: number): Float {
  return new Float(value)
}

/** What can be sent. Whole numbers are sent as ints, others as floats. Undefined properties are left out. */
export type Encodable =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Date
  | Float
  | readonly Encodable[]
  | ReadonlyMap<number | string, Encodable>
  | { readonly [key: string]: Encodable | undefined }

/** The deepest nesting of lists and maps. `decodeFrame` takes no more, and a value that contains itself would never end. */
const deepest = 64

/**
 * MessagePack as Python's msgpack writes it: ints in their shortest form, floats as float64, maps with their own keys. (msgpackr writes 1.0
 * as an int. Locust accepts that; workers in typed languages may not.)
 *
 * @throws TypeError if values are nested too deeply
 */
export function encode(value: Encodable): Buffer {
  const writer = new MsgpackWriter()
  write(writer, value, 0)
  return writer.bytes()
}

function write(to: MsgpackWriter, value: Encodable | undefined, depth: number): void {
  if (typeof value === 'string') to.text(value)
  else if (typeof value === 'number' || typeof value === 'bigint') writeNumber(to, value)
  else if (typeof value === 'boolean') to.bool(value)
  // a user's data may hold anything; what is not data becomes null, as in JSON
  else if (typeof value !== 'object' || value === null) to.nil()
  else if (value instanceof Float) to.float(value.value)
  else if (value instanceof Uint8Array) to.binary(value)
  else if (value instanceof Date) writeTime(to, value)
  else if (depth === deepest) throw new TypeError(`nested deeper than ${deepest}, or in itself`)
  else if (Array.isArray(value)) {
    to.list(value.length)
    for (const each of value) write(to, each, depth + 1)
  } else if (value instanceof Map) {
    to.map(value.size)
    for (const [key, each] of value) {
      write(to, key, depth + 1)
      write(to, each, depth + 1)
    }
  } else writeProperties(to, value as { readonly [key: string]: Encodable | undefined }, depth + 1)
}

/** A whole number that does not fit an int is sent as a float. */
function writeNumber(to: MsgpackWriter, value: number | bigint): void {
  const isInt = typeof value === 'bigint' || Number.isInteger(value)
  if (isInt && value >= -(2 ** 63) && value < 2 ** 64) to.int(value)
  else to.float(Number(value))
}

function writeProperties(to: MsgpackWriter, map: { readonly [key: string]: Encodable | undefined }, depth: number) {
  const keys = Object.keys(map).filter((key) => isSent(map[key]))
  to.map(keys.length)
  for (const key of keys) {
    to.text(key)
    write(to, map[key], depth)
  }
}

/** A time that Python cannot represent becomes null, because its reader would crash. */
function writeTime(to: MsgpackWriter, date: Date): void {
  const time = pythonTime(date)
  if (time === undefined) to.nil()
  else writeProperties(to, { __datetime__: true, as_str: time }, 0)
}

function isSent(value: unknown): boolean {
  return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol'
}
