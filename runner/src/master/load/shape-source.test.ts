import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LoadShape, type ShapeTick } from '../../tasks/load-shape.ts'
import { ShapeSource } from './shape-source.ts'

function shapeOf(tick: (runTime: number, currentUsers: number) => unknown) {
  const calls: [number, number][] = []
  class Waves extends LoadShape {
    tick(): ShapeTick {
      calls.push([this.runTime, this.currentUsers])
      return tick(this.runTime, this.currentUsers) as ShapeTick
    }
  }
  return { calls, shape: new Waves() }
}

test('tick() is called once for each second, in order, also after a pause, and knows the users of that moment', () => {
  const { calls, shape } = shapeOf(() => [10, 2])
  const source = new ShapeSource(shape, undefined)
  for (const at of [0, 25, 999, 1_000, 1_025, 4_500]) source.targetAt(at)
  assert.deepEqual(
    calls.map(([runTime]) => runTime),
    [0, 1, 2, 3, 4],
  )
  const users = calls.map(([, current]) => current)
  assert.equal(users[0], 0)
  assert.deepEqual(
    [...users].sort((a, b) => a - b),
    users,
  )
  assert.ok((users[4] as number) >= 8 && (users[4] as number) <= 9, `${users}`)
})

test('ramps at its rate, is flat when there, and ends when tick() returns nothing', () => {
  const { shape } = shapeOf((runTime) => (runTime < 3 ? [4, 4] : null))
  const source = new ShapeSource(shape, undefined)
  source.targetAt(0)
  assert.equal(source.isFlat(500), false)
  assert.deepEqual(source.targetAt(1_000), { users: 4 })
  assert.equal(source.isFlat(1_000), true)
  assert.equal(source.mayRise(), true)
  assert.deepEqual(source.targetAt(2_999), { users: 4 })
  assert.equal(source.targetAt(3_000), undefined)
  assert.equal(source.targetAt(3_025), undefined)
})

test('a short stage is not skipped because a ramp still runs', () => {
  const { shape } = shapeOf((runTime) => (runTime === 1 ? [0, 100] : [50, 10]))
  const source = new ShapeSource(shape, undefined)
  const at = (ms: number) => (source.targetAt(ms) as { users: number }).users
  assert.ok(at(999) >= 9)
  assert.equal(at(1_500), 0)
  assert.ok(at(2_999) >= 9)
})

test('a run time ends it, whatever the shape says', () => {
  const source = new ShapeSource(shapeOf(() => [1, 1]).shape, 2_000)
  assert.ok(source.targetAt(1_999))
  assert.equal(source.targetAt(2_000), undefined)
})

test('classes may be named, by name or by class', () => {
  class Buyer {}
  const source = new ShapeSource(shapeOf(() => [3, 3, [Buyer, 'Seller']]).shape, undefined)
  assert.deepEqual(source.targetAt(1_000), { users: 3, classes: ['Buyer', 'Seller'] })
})

test('what a shape throws, or returns that makes no sense, names the shape and the second', () => {
  const thrown = new ShapeSource(
    shapeOf((runTime) => {
      if (runTime === 2) throw new TypeError('no stages')
      return [1, 1]
    }).shape,
    undefined,
  )
  thrown.targetAt(1_999)
  assert.throws(() => thrown.targetAt(2_000), {
    name: 'KatydidError',
    code: 'HOOK',
    message: 'Waves.tick() threw an error at 2 s: no stages',
  })
  assert.throws(() => new ShapeSource(shapeOf(() => 5).shape, undefined).targetAt(0), {
    message: 'Waves.tick() returned 5 at 0 s',
    hint: /return \[users, spawnRate\]/,
  })
})
