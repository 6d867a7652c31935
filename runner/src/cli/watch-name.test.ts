import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type NameWatch, watchName } from './watch-name.ts'

const unknown = () => Promise.reject(Object.assign(new Error('no'), { code: 'EAI_AGAIN' }))

function watching(resolve: () => Promise<unknown>, more: Partial<NameWatch> = {}) {
  const said: string[] = []
  const log = Object.fromEntries(
    ['info', 'warn', 'error'].map((level) => [level, (text: string) => void said.push(`${level}: ${text}`)]),
  ) as unknown as NameWatch['log']
  const signal = new AbortController().signal
  return { said, done: watchName({ host: 'shop-master', log, signal, resolve, againMs: 1, ...more }) }
}

test('a name that is known, and an address, are nothing to speak of', async () => {
  for (const { said, done } of [watching(async () => {}), watching(unknown, { host: '10.0.0.1' })]) {
    await done
    assert.deepEqual(said, [])
  }
})

test('one that is not is said once, and again when it is', async () => {
  let left = 3
  const { said, done } = watching(() => (left-- > 0 ? unknown() : Promise.resolve()))
  await done
  assert.equal(said.length, 2)
  assert.match(said[0] ?? '', /^warn: cannot resolve the name shop-master \(EAI_AGAIN\)/)
  assert.match(said[1] ?? '', /^info: the name shop-master is resolved now/)
})

test('after a while the worker leaves, with the reason as its last words', async () => {
  let now = 0
  let leaves = 0
  const { said, done } = watching(unknown, {
    now: () => (now += 10_000),
    giveUp: { afterMs: 30_000, leave: () => leaves++ },
  })
  await done
  assert.equal(leaves, 1)
  assert.match(said.at(-1) ?? '', /^error: cannot resolve the name shop-master/)
})

test('nobody asks any more once the worker has left', async () => {
  const left = new AbortController()
  const leaving = () => {
    left.abort()
    return unknown()
  }
  const { said, done } = watching(leaving, { signal: left.signal })
  await done
  assert.deepEqual(said, [])
})
