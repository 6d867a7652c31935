import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Appetite } from './prefetch-policy.ts'

const pause = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Somebody takes rows one after the other, and then waits a little. */
async function takeInARow(appetite: Appetite, count: number): Promise<number> {
  let asked = 0
  let left = 0
  await pause()
  for (let taken = 0; taken < count; taken++) {
    if (left > 0) {
      left--
      continue
    }
    appetite.wait()
    asked++
    left = appetite.rows - 1
    await pause() // the answer takes its time
    await null
    appetite.fed()
    appetite.served()
  }
  return asked
}

test('whose rows come again eats by the block, and ahead', () => {
  for (const kind of [undefined, 'always', 'in use'] as const) {
    const appetite = new Appetite(kind)
    appetite.wait()
    assert.deepEqual([appetite.rows, appetite.isLow(128), appetite.isLow(129)], [256, true, false])
  }
})

test('otherwise as many as are waited for, and none ahead', async () => {
  for (const kind of ['never', 'in haste'] as const) {
    const appetite = new Appetite(kind)
    for (let i = 0; i < 7; i++) appetite.wait()
    assert.equal(appetite.rows, 7)
    appetite.served()
    assert.equal(appetite.rows, 6)
    assert.equal(appetite.isLow(1), false)
  }
})

test('who takes a few rows at a time is asked no more for than that, however often', async () => {
  for (const atATime of [1, 2, 3]) {
    const appetite = new Appetite('in haste')
    for (let i = 0; i < 100; i++) assert.equal(await takeInARow(appetite, atATime), atATime)
  }
})

test('who takes them as fast as they come gets ever more at once, unless it is never to be', async () => {
  const hasty = new Appetite('in haste')
  assert.ok((await takeInARow(hasty, 10_000)) < 60)
  hasty.wait()
  assert.ok(hasty.rows > 1 && hasty.rows <= 257)
  assert.equal(await takeInARow(new Appetite('never'), 500), 500)
})

test('many who begin just when rows come are no haste', async () => {
  const appetite = new Appetite('in haste')
  await null
  appetite.wait()
  appetite.fed()
  appetite.served()
  for (let users = 1; users <= 100; users++) {
    appetite.wait()
    assert.equal(appetite.rows, users)
  }
})
