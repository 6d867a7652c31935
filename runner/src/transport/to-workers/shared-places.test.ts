import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { pack } from '../katydid/packing.ts'
import type { Encodable } from '../locust/encode.ts'
import type { ToMaster } from '../messages.ts'
import { acceptance, beat, rig } from './peer-server.fixture.ts'

/** Undefined: it says none. */
type Place = Encodable | undefined

const ready: ToMaster = { type: 'client_ready', version: '1', classes: [{ name: 'U', weight: 1, fixedCount: 0 }] }

/** Workers of one host, each with its own process, as `worker --processes` starts them. */
function host() {
  const r = rig()
  const gone: string[] = []
  const greet = (id: string, place: Place, instance = id, more: Record<string, Encodable> = {}) => {
    r.say(id, 'client_ready', -1)
    r.say(
      id,
      'heartbeat',
      beat({ katydid: acceptance({ instance, ...(place === undefined ? {} : { place }), ...more }) }),
    )
  }
  const join = (id: string, instance = id) => {
    const before = r.joined.length
    r.say(id, 'katydid', { katydid: { instance, seq: 1, ack: 0, body: pack(ready) } })
    const worker = r.joined[before]
    worker?.link.closed((why) => gone.push(`${id}: ${why}`))
    return worker
  }
  const come = (id: string, place: Place, instance = id) => {
    greet(id, place, instance)
    return join(id, instance)
  }
  const lastTo = (id: string) => r.answers(id).at(-1) as [string, { katydid?: { why?: string; exitCode?: number } }]
  return { ...r, gone, greet, join, come, lastTo }
}

describe('who says the name of a place', () => {
  test('stands in at once for the one before it: it has its index, and the others keep theirs', () => {
    const h = host()
    for (const [i, id] of ['m_a', 'm_b', 'm_c'].entries()) h.come(id, `secret/${i}`)
    h.greet('m_d', 'secret/1')
    assert.deepEqual(h.gone, [], 'until the second has joined the first may be the better one')
    const second = h.join('m_d')
    assert.deepEqual([second?.index, second?.replaces, second?.replacesUnknown], [1, 'm_b', false])
    assert.deepEqual(h.gone, ['m_b: worker m_d replaced it'])
    assert.equal(h.come('other_a', undefined)?.index, 3, 'the index that m_d was greeted with is free again')
  })

  test('has it before its job, which may speak of it', () => {
    const h = host()
    h.come('m_a', 'secret/0')
    h.greet('m_b', 'secret/0')
    const bodies = h
      .answers('m_b')
      .filter(([type]) => type === 'katydid')
      .map(([, data]) => Buffer.from((data as { katydid: { body: Uint8Array } }).katydid.body).toString('latin1'))
    assert.match(bodies[0] ?? '', /ack.*index/)
    assert.equal(bodies.length, 2)
  })

  test('wins over one that was only slow: that is told to leave as often as it is heard, and nothing of it is taken', () => {
    const h = host()
    h.come('m_a', 'secret/0')
    h.wait(6_000)
    h.come('m_b', 'secret/0')
    assert.deepEqual(h.lastTo('m_a'), [
      'quit',
      { katydid: { why: 'worker m_b replaced it', exitCode: 3, instance: 'm_a' } },
    ])
    const told = h.answers('m_a').length
    const heard = h.heard().length
    h.say('m_a', 'heartbeat', beat({ katydid: acceptance({ instance: 'm_a', place: 'secret/0' }) }))
    h.say('m_a', 'katydid', { katydid: { instance: 'm_a', seq: 2, ack: 0, body: pack({ type: 'spawning' }) } })
    assert.deepEqual(
      h
        .answers('m_a')
        .slice(told)
        .map(([type]) => type),
      ['quit', 'quit'],
      'no answer to a heartbeat, which would make its lease longer',
    )
    assert.equal(h.heard().length, heard)
    assert.equal(h.server.present, 1)
  })

  test('the last of several to come has it, whichever of them joins first', () => {
    const h = host()
    h.come('m_a', 'secret/0')
    h.greet('m_b', 'secret/0')
    h.greet('m_c', 'secret/0')
    assert.deepEqual([h.join('m_c')?.index, h.join('m_c')], [0, undefined])
    assert.deepEqual(h.gone, ['m_a: worker m_c replaced it'])
    assert.equal(h.join('m_b'), undefined)
    assert.equal(h.lastTo('m_b')[0], 'quit')
  })

  test('under the same id takes it at once', () => {
    const h = host()
    h.come('m_a', 'secret/0', 'first')
    assert.equal(h.come('m_a', 'secret/0', 'second')?.index, 0)
    assert.deepEqual(h.gone, ['m_a: another process replaced it'])
    h.say('m_a', 'heartbeat', beat({ katydid: acceptance({ instance: 'first', place: 'secret/0' }) }))
    assert.equal(h.joined.length, 2, 'the newest has it: the first does not take it back')
  })

  test('of another host, as a pod on another machine may have, has it too', () => {
    const h = host()
    h.come('pod-0_a', 'job/0')
    h.come('pod-1_a', 'job/1')
    assert.equal(h.come('elsewhere_a', 'job/0')?.index, 0)
    assert.equal(h.come('pod-0_b', undefined)?.index, 2, 'a host keeps no place that moved')
  })
})

describe('nobody has the place of another', () => {
  const strange: [title: string, place: Place][] = [
    ['who says none', undefined],
    ['who says an empty one', ''],
    ['who says another', 'secret/1'],
    ['who says a part of it', 'secret'],
    ['who says what is no name', { toString: 'secret/0' }],
    ['who says a list of it', ['secret/0']],
    ['who says one that is too long', 'secret/0'.padEnd(301)],
    ['who says the id of the other', 'm_a'],
  ]
  for (const [title, place] of strange)
    test(title, () => {
      const h = host()
      h.come('m_a', 'secret/0')
      const stranger = h.come('m_x', place)
      assert.deepEqual([stranger?.index, stranger?.replaces], [1, undefined])
      h.say('m_a', 'katydid', { katydid: { instance: 'm_a', seq: 2, ack: 0, body: pack({ type: 'spawning' }) } })
      assert.equal(h.heard('spawning').length, 1)
      assert.deepEqual(h.gone, [])
    })

  test('who says nothing, after one that said nothing either', () => {
    const h = host()
    for (const place of ['', undefined]) {
      h.come(`a${place}_1`, place)
      h.come(`b${place}_1`, place)
    }
    assert.deepEqual(h.gone, [])
  })

  test('thousands who come with one name and never join cost a bounded number', () => {
    const h = host()
    for (let i = 0; i < 6_000; i++) h.greet(`m_${i}`, 'secret/0')
    assert.equal(h.server.present, 5_000)
    assert.equal(h.come('m_last', 'secret/0')?.replaces, undefined, 'none of them was there')
  })
})
