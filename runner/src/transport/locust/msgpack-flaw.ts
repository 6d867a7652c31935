/** The deepest nesting of lists and maps. */
const deepest = 64
/** Most values in one frame: a report of 10,000 names has a million. Each byte can be an object, and a frame has many bytes. */
const mostValues = 2_000_000

type Form = 'itself' | 'bytes' | 'list' | 'map'

/** For each type byte from 0xc0: what follows, and how many bytes it or its length has. */
const forms: readonly (readonly [Form, number] | undefined)[] = [
  ['itself', 0], // nil
  undefined,
  ['itself', 0], // false, true
  ['itself', 0],
  ['bytes', 1], // bin
  ['bytes', 2],
  ['bytes', 4],
  undefined, // ext
  undefined,
  undefined,
  ['itself', 4], // floats
  ['itself', 8],
  ['itself', 1], // uint
  ['itself', 2],
  ['itself', 4],
  ['itself', 8],
  ['itself', 1], // int
  ['itself', 2],
  ['itself', 4],
  ['itself', 8],
  undefined, // fixext
  undefined,
  undefined,
  undefined,
  undefined,
  ['bytes', 1], // str
  ['bytes', 2],
  ['bytes', 4],
  ['list', 2],
  ['list', 4],
  ['map', 2],
  ['map', 4],
]

const cutOff = 'cut off'

/**
 * Why bytes are not one MessagePack value that can be decoded safely; undefined if they are. A decoder calls itself for each level, and msgpackr
 * makes classes, cycles and records of extension types, which Locust does not use. This check finds all of that first, in one pass and without
 * keeping anything.
 */
export function msgpackFlaw(bytes: Uint8Array): string | undefined {
  const open = new Float64Array(deepest) // items still to come, for each open list and map
  let depth = 0
  let at = 0
  let values = 0
  do {
    if (++values > mostValues) return `more than ${mostValues} values`
    const mark = bytes[at++]
    if (mark === undefined) return cutOff
    let items = 0
    if (mark < 0x80 || mark >= 0xe0)
      items = 0 // a small int
    else if (mark < 0x90) items = (mark & 15) * 2
    else if (mark < 0xa0) items = mark & 15
    else if (mark < 0xc0) at += mark & 31
    else {
      const form = forms[mark - 0xc0]
      if (!form) return `not a kind of value that Locust sends (0x${mark.toString(16)})`
      const [what, size] = form
      at += size
      if (at > bytes.length) return cutOff
      if (what !== 'itself') {
        const length = uintBefore(bytes, at, size)
        if (what === 'bytes') at += length
        else items = what === 'map' ? length * 2 : length
      }
    }
    if (items > 0) {
      if (depth === deepest) return `nested deeper than ${deepest}`
      open[depth++] = items
    } else while (depth > 0 && --open[depth - 1]! === 0) depth--
  } while (depth > 0)
  if (at > bytes.length) return cutOff
  return at === bytes.length ? undefined : 'more bytes after its end'
}

function uintBefore(bytes: Uint8Array, end: number, size: number): number {
  let value = 0
  for (let at = end - size; at < end; at++) value = value * 256 + (bytes[at] as number)
  return value
}
