import { KatydidError } from '../errors.ts'
import { formatBytes } from '../stats/format.ts'
import type { Job, ToMaster, ToWorker } from './messages.ts'

const mib = 1024 * 1024

/**
 * The largest message that a socket takes; it closes the connection of a peer that sends more. A master has many workers, and ZeroMQ reads a
 * whole message before anybody can look at it.
 */
export const mostMessageBytes = { toMaster: 32 * mib, toWorker: 64 * mib } as const

/** The part of a frame besides its body: ids and numbers. */
const frameBytes = 64 * 1024

/** A larger body must be refused here: it would be sent again for ever, and each try would end the connection. */
export const mostBodyBytes = {
  toMaster: mostMessageBytes.toMaster - frameBytes,
  toWorker: mostMessageBytes.toWorker - frameBytes,
} as const

const whats: Partial<Record<(ToMaster | ToWorker | Job)['type'], [what: string, hint: string]>> = {
  message: ['the data of environment.send()', 'send it in parts, or send only the name of a file'],
  job: ['the load file, with everything that it imports,', 'read large data as a feed, or from a file'],
  start: [
    'the data that setup() returned',
    'read large data as a feed or from a file, because every worker gets what setup() returns',
  ],
  feed_rows: ['a part of a feed', 'use smaller rows'],
}

/** @throws KatydidError LOAD_FILE where a message is larger than the other side takes */
export function checkSize(type: (ToMaster | ToWorker | Job)['type'], bytes: number, to: 'toMaster' | 'toWorker'): void {
  if (bytes <= mostBodyBytes[to]) return
  const [what, hint] = whats[type] ?? [`a message ${type}`, 'send less data']
  const whom = to === 'toMaster' ? 'the master' : 'a worker'
  throw new KatydidError(
    'LOAD_FILE',
    `${what} has ${formatBytes(bytes)}, but the limit for a message to ${whom} is ${formatBytes(mostBodyBytes[to])}`,
    { hint },
  )
}
