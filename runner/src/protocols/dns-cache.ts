import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'

const keptMs = 30_000
/** A name server may have a bad moment, and a new name takes one to be known. */
const badMomentMs = 2_000

interface Entry {
  addresses: LookupAddress[]
  until: number
  turn: number
}

type Waiting = (error: NodeJS.ErrnoException | null, entry?: Entry) => void

/**
 * Names resolved once for all users of a process and kept for half a minute: the system's resolver has four threads, and ten thousand
 * users start at once. Connections go to a name's addresses in turn. `onUnknown` is told once of a name that could never be resolved.
 */
export function cachedLookup(
  resolve: typeof systemLookup = systemLookup,
  now = () => performance.now(),
  onUnknown: (name: string, code: string) => void = () => {},
): LookupFunction {
  const entries = new Map<string, Entry>()
  /** When a name that has no entry yet was first looked up in vain. */
  const unknownSince = new Map<string, number>()
  const waiting = new Map<string, Waiting[]>()

  const find = (name: string, family: number, then: Waiting) => {
    const key = `${family} ${name}`
    const entry = entries.get(key)
    if (entry && entry.until > now()) return void process.nextTick(then, null, entry)
    const others = waiting.get(key)
    if (others) return void others.push(then)
    waiting.set(key, [then])
    resolve(name, { all: true, family }, (error, addresses) => {
      const found = error ? undefined : { addresses, until: now() + keptMs, turn: 0 }
      if (found) entries.set(key, found)
      else if (error && !entries.has(key)) noteUnknown(key, name, error.code ?? error.message)
      const told = waiting.get(key) ?? []
      waiting.delete(key)
      for (const one of told) one(error, found)
    })
  }

  const noteUnknown = (key: string, name: string, code: string) => {
    const since = unknownSince.get(key) ?? now()
    unknownSince.set(key, since)
    if (now() - since < badMomentMs) return
    unknownSince.set(key, Number.POSITIVE_INFINITY)
    onUnknown(name, code)
  }

  return (name, options, callback) => {
    const family = options.family === 'IPv4' ? 4 : options.family === 'IPv6' ? 6 : (options.family ?? 0)
    find(name, family, (error, entry) => {
      if (error || !entry) return callback(error, '', 0)
      const { addresses } = entry
      const first = entry.turn++ % addresses.length
      const turned = [...addresses.slice(first), ...addresses.slice(0, first)]
      if (options.all) return callback(null, turned)
      callback(null, turned[0]!.address, turned[0]!.family)
    })
  }
}
