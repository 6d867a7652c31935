import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { GivenUp, HookTime } from './hook-time.ts'

const never = () => new Promise<void>(() => {})

test('what a hook resolves with or throws is what comes of it', async () => {
  const time = new HookTime('load.setupTimeout', 60_000)
  assert.equal(await time.within(async () => 7), 7)
  await assert.rejects(
    time.within(() => Promise.reject(new TypeError('no shop'))),
    TypeError,
  )
})

test('one that takes too long: the error says what says how long', async () => {
  const time = new HookTime('load.setupTimeout', 50)
  await assert.rejects(
    time.within(never),
    /^Error: not finished after 50 ms: make it faster, or raise the time limit load\.setupTimeout$/,
  )
})

test('a time that is longer than any timer', async () => {
  const time = new HookTime('load.setupTimeout', 40 * 86_400_000)
  assert.equal(await time.within(() => new Promise((resolve) => setTimeout(() => resolve('done'), 50))), 'done')
})

test('the time is that of all hooks together', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  let now = 0
  context.mock.method(performance, 'now', () => now)
  const time = new HookTime('load.setupTimeout', 1_000)
  await time.within(async () => void (now += 600))
  let isOver = false
  const second = time.within(never)
  second.catch(() => (isOver = true))
  context.mock.timers.tick(399)
  await turn()
  assert.equal(isOver, false)
  context.mock.timers.tick(1)
  await assert.rejects(second, /not finished after 1 s/)
})

test('nobody waits for the hook of a run that is ended, nor for those after it', async () => {
  const time = new HookTime('load.setupTimeout', 60_000)
  const waiting = time.within(never)
  time.end('interrupted by SIGINT')
  await assert.rejects(waiting, GivenUp)
  let called = false
  await assert.rejects(
    time.within(async () => void (called = true)),
    /interrupted by SIGINT/,
  )
  assert.equal(called, false)
})
