import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import type { Server, ServerResponse } from 'node:http'
import { test } from 'node:test'
import { Connections } from './connections.ts'

class FakeSocket extends EventEmitter {
  readonly remoteAddress: string
  destroyed = false

  constructor(remoteAddress: string) {
    super()
    this.remoteAddress = remoteAddress
  }

  destroy(): void {
    if (this.destroyed) return
    this.destroyed = true
    this.emit('close')
  }
}

/** Connections without a network: who is cut off, who is told to ask again, and what is answered when. */
function rig(most: number) {
  const server = new EventEmitter()
  const log: string[] = []
  const connections = new Connections(server as Server, most, () => log.push('crowd'))
  const open = (name: string, address = 'a') => {
    const socket = new FakeSocket(address)
    socket.on('close', () => log.push(`${name} closed`))
    server.emit('connection', socket)
    return {
      socket,
      ask: (what: string, waits = false) => {
        const response = Object.assign(new EventEmitter(), { req: { socket }, shouldKeepAlive: true, destroy() {} })
        let waitsNoLonger = () => {}
        connections.inTurn(response as unknown as ServerResponse, () => {
          log.push(`${name} asks ${what}`)
          if (!waits) return
          waitsNoLonger = connections.waiting(response as unknown as ServerResponse, () => {
            log.push(`${name} is told${response.shouldKeepAlive ? '' : ' and let go'}`)
            waitsNoLonger()
          })
        })
        return () => response.emit('close')
      },
    }
  }
  return { open, log, take: () => log.splice(0) }
}

test('one answer at a time on a connection, in the order of the questions; connections do not wait for each other', () => {
  const r = rig(10)
  const [one, other] = [r.open('one'), r.open('other')]
  const answered = ['a', 'b', 'c'].map((what) => one.ask(what))
  other.ask('d')
  assert.deepEqual(r.take(), ['one asks a', 'other asks d'])
  answered[0]!()
  assert.deepEqual(r.take(), ['one asks b'])
  answered[1]!()
  answered[2]!()
  assert.deepEqual(r.take(), ['one asks c'])
})

test('who asks for far too much in one go is cut off, and nothing of it is answered any more', () => {
  const r = rig(10)
  const one = r.open('one')
  const first = one.ask('0')
  for (let i = 1; i < 100; i++) one.ask(String(i))
  first()
  assert.deepEqual(r.take(), ['one asks 0', 'one closed'])
})

test('in a crowd they make room in this order: who asked nothing, who is idle, who waits, who reads; the oldest first', () => {
  const r = rig(6)
  const reads = r.open('reads')
  reads.ask('metrics')
  const waits = r.open('waits')
  waits.ask('verdict', true)
  const idle = r.open('idle')
  idle.ask('healthz')()
  const older = r.open('older')
  older.ask('healthz')()
  r.open('silent')
  r.open('silent too')
  r.take()
  const newcomers: string[] = []
  for (let i = 0; i < 6; i++) {
    const newcomer = r.open(`newcomer ${i}`)
    newcomer.ask('healthz')
    newcomers.push(`newcomer ${i} asks healthz`)
  }
  assert.deepEqual(
    r.take().filter((line) => !newcomers.includes(line)),
    [
      'crowd',
      'silent closed',
      'silent too closed',
      'idle closed',
      'older closed',
      'waits is told and let go',
      'reads closed',
    ],
  )
})

test('who makes room is of the address that has the most', () => {
  const r = rig(4)
  r.open('alone', 'b')
  for (const name of ['x', 'y', 'z']) r.open(name, 'a').ask('verdict', true)
  r.take()
  r.open('newcomer', 'b')
  assert.deepEqual(r.take(), ['crowd', 'x is told and let go'])
})

test('a connection that has gone is not counted', () => {
  const r = rig(2)
  r.open('one').socket.destroy()
  r.open('two')
  r.open('three')
  assert.deepEqual(r.take(), ['one closed'])
})
