import assert from 'node:assert/strict'
import type { lookup as systemLookup } from 'node:dns'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { cachedLookup } from './dns-cache.ts'

function setUp(answer: () => Error | string[]) {
  let now = 0
  const asked: string[] = []
  const resolve = ((name: string, _options: object, callback: (error: Error | null, found: unknown) => void) => {
    asked.push(name)
    const found = answer()
    setImmediate(() =>
      found instanceof Error
        ? callback(found, [])
        : callback(
            null,
            found.map((address) => ({ address, family: 4 })),
          ),
    )
  }) as unknown as typeof systemLookup
  const unknown: string[] = []
  const lookup = cachedLookup(
    resolve,
    () => now,
    (name, code) => void unknown.push(`${name} ${code}`),
  )
  return { unknown, asked, one: promisify(lookup), wait: (ms: number) => (now += ms), lookup }
}

test('ten thousand users ask the system once, and again when it is old', async () => {
  const { asked, one, wait } = setUp(() => ['10.0.0.1'])
  await Promise.all(Array.from({ length: 10_000 }, () => one('shop', {})))
  await one('shop', {})
  assert.equal(asked.length, 1)
  wait(31_000)
  await one('shop', {})
  await one('other', {})
  assert.deepEqual(asked, ['shop', 'shop', 'other'])
})

test('connections go to the addresses in turn', async () => {
  const { lookup } = setUp(() => ['10.0.0.1', '10.0.0.2', '10.0.0.3'])
  const firsts: string[] = []
  for (let round = 0; round < 4; round++)
    await new Promise<void>((resolve) =>
      lookup('shop', { all: true }, (_, found) => {
        firsts.push((found as { address: string }[])[0]!.address)
        resolve()
      }),
    )
  assert.deepEqual(firsts, ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.1'])
})

test('a failure is told to all who wait, and not kept', async () => {
  let fail = true
  const { asked, one } = setUp(() => (fail ? Object.assign(new Error('no'), { code: 'ENOTFOUND' }) : ['10.0.0.1']))
  const outcomes = await Promise.allSettled([one('shop', {}), one('shop', {})])
  assert.ok(outcomes.every((outcome) => outcome.status === 'rejected' && outcome.reason.code === 'ENOTFOUND'))
  fail = false
  await one('shop', {})
  assert.equal(asked.length, 2)
})

test('of a name that is never known is told once, not in a bad moment, and not of one that was known', async () => {
  let fail = true
  const no = Object.assign(new Error('no'), { code: 'EAI_AGAIN' })
  const { one, wait, unknown } = setUp(() => (fail ? no : ['10.0.0.1']))
  const ask = (name: string) => one(name, {}).catch(() => {})
  await ask('shop')
  await ask('late')
  fail = false
  wait(1_000)
  await ask('late')
  fail = true
  wait(60_000)
  for (const name of ['shop', 'late', 'shop', 'late']) await ask(name)
  assert.deepEqual(unknown, ['shop EAI_AGAIN'])
})
