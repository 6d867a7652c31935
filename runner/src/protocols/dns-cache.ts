import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'

const keptMs = 30_000

interface Entry {
  addresses: LookupAddress[]
  until: number
  turn: number
}

type Waiting = (error: NodeJS.ErrnoException | null, entry?: Entry) => void

/**
 * Names resolved once for all users of a process and kept for half a minute: the system's resolver has four threads, and ten thousand
 * users start at once. Connections go to a name's addresses in turn.
 */
export function cachedLookup(
  resolve: typeof systemLookup = systemLookup,
  now = () => performance.now(),
): LookupFunction {
  const entries = new Map<string, Entry>()
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
      const told = waiting.get(key) ?? []
      waiting.delete(key)
      for (const one of told) one(error, found)
    })
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
