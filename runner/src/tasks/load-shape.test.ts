import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LoadShape } from './load-shape.ts'

test('a shape sees the time it is given, counted from its last reset', () => {
  class Saw extends LoadShape {
    override tick() {
      if (this.runTime >= 10) this.resetTime()
      return [Math.round(this.runTime), 5] as const
    }
  }
  const saw = new Saw()
  const users = [0, 5, 9, 10, 12, 20].map((second) => {
    saw.runTime = second
    return saw.tick()[0]
  })
  assert.deepEqual(users, [0, 5, 9, 0, 2, 0])
})
