/** Lists and maps in one another, at most. */
const deepest = 64
/** Values in all: a report of 10,000 names has a million. A byte can be a whole object, and a frame has many bytes. */
const mostValues = 2_000_000

type Form = 'itself' | 'bytes' | 'list' | 'map'

/** By marks from 0xc0: what follows, and in how many bytes it or its length is said. */
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
 * What keeps bytes from being one value of MessagePack that can be decoded without fear; undefined where nothing does. A decoder calls itself
 * for each level, and msgpackr's makes classes, cycles and records of extension types, which Locust has none of: all that is found here first,
 * in one pass and without keeping anything.
 */
export function msgpackFlaw(bytes: Uint8Array): string | undefined {
  const open = new Float64Array(deepest) // items yet to come, of each list and map begun
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
      if (!form) return `no kind of value that Locust sends (0x${mark.toString(16)})`
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
