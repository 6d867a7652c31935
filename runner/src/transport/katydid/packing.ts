import { Packr, Unpackr } from 'msgpackr'
import { isEventKind } from '../../facts/run-event.ts'
import type { Job, ToMaster, ToWorker } from '../messages.ts'
import { packIntervals, unpackIntervals } from './interval-packing.ts'
import { list, map, number, record, text, type Unpacked } from './unpacked.ts'

/* Messages between katydid peers, as bytes. */

const packr = new Packr({ useRecords: false, encodeUndefinedAsNil: true, variableMapSize: true })
const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: 'number' })

export function pack(message: ToMaster | ToWorker | Job): Uint8Array {
  return new Uint8Array(packr.pack(plainOf(message))) // a copy, because the packer reuses its buffer and a thread takes ownership
}

function plainOf(message: ToMaster | ToWorker | Job): object {
  switch (message.type) {
    case 'stats':
      return { ...message, intervals: packIntervals(message.intervals) }
    case 'event':
      return { ...message, text: cut(message.text) }
    case 'stop_request':
      return { ...message, reason: cut(message.reason) }
    default:
      return message
  }
}

/** @throws TypeError where it is not a worker's message */
export function unpackToMaster(bytes: Uint8Array): ToMaster {
  const message = map(unpackr.unpack(bytes))
  const type = text(message.type)
  const read = Object.hasOwn(readers, type) ? readers[type as ToMaster['type']] : undefined
  if (!read) throw new TypeError(`no message of a worker has the type ${type.slice(0, 40)}`)
  return read(message)
}

/** The master's messages are not checked: a worker runs its master's code anyway. */
export function unpackToWorker(bytes: Uint8Array): ToWorker | Job {
  return map(unpackr.unpack(bytes)) as ToWorker | Job
}

/** Longer texts are cut, since thousands of them are kept. */
const longestSentence = 4_000

function sentence(value: Unpacked): string {
  return cut(text(value))
}

function cut(whole: string): string {
  return whole.length > longestSentence ? `${whole.slice(0, longestSentence)}…` : whole
}

const outcomes = ['passed', 'failed', 'broken'] as const

const readers: { [Type in ToMaster['type']]: (message: Record<string, Unpacked>) => ToMaster } = {
  client_ready: (it) => ({
    type: 'client_ready',
    version: text(it.version),
    classes: list(it.classes).map((one) => {
      const { name, weight, fixedCount } = map(one)
      return { name: text(name), weight: number(weight), fixedCount: number(fixedCount) }
    }),
  }),
  heartbeat: () => {
    throw new TypeError('heartbeats are not sent in order')
  },
  stats: (it) => ({
    type: 'stats',
    intervals: unpackIntervals(it.intervals),
    ...(it.extra === undefined ? {} : { extra: map(it.extra) }),
  }),
  spawning: () => ({ type: 'spawning' }),
  spawning_complete: (it) => ({
    type: 'spawning_complete',
    users: record(it.users, number),
    ...(it.of === undefined ? {} : { of: number(it.of) }),
  }),
  stop_request: (it) => {
    const outcome = outcomes.find((known) => known === it.outcome)
    if (!outcome) throw new TypeError('no such outcome')
    const cutShort = it.cutShort === true ? { cutShort: true as const } : {}
    return { type: 'stop_request', reason: sentence(it.reason), outcome, ...cutShort }
  },
  exhausted: () => ({ type: 'exhausted' }),
  event: (it) => eventOf(text(it.kind), sentence(it.text)),
  feed_lease: (it) => ({
    type: 'feed_lease',
    feed: text(it.feed),
    request: number(it.request),
    count: number(it.count),
  }),
  suspended: (it) => ({ type: 'suspended', newest: number(it.newest), atMs: number(it.atMs) }),
  client_stopped: () => ({ type: 'client_stopped' }),
  quit: () => ({ type: 'quit' }),
  message: (it) => ({ type: 'message', name: text(it.name), data: it.data ?? null }),
}

/** A worker of another version may know other kinds of events. They are not dropped, since one may mean that the run is worth nothing. */
function eventOf(kind: string, text: string): ToMaster {
  return isEventKind(kind)
    ? { type: 'event', kind, text }
    : {
        type: 'event',
        kind: 'unknown',
        text: `a worker reported the event ${kind.slice(0, 40)}, which this version does not know: ${text}`,
      }
}
