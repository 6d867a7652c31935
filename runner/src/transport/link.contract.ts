import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Link } from './link.ts'

/** What every link must do, whatever carries it. `open` makes a fresh pair. */
export function linkContract(name: string, open: () => Promise<[Link<number, string>, Link<string, number>]>): void {
  test(`${name}: delivers in order, both ways, also what came before there was a receiver`, async () => {
    const [left, right] = await open()
    const numbers: number[] = []
    const strings: string[] = []
    for (let i = 0; i < 100; i++) left.send(i)
    right.receive((n) => {
      numbers.push(n)
      right.send(`got ${n}`)
    })
    left.receive((s) => strings.push(s))
    await until(() => strings.length === 100)
    assert.deepEqual(
      numbers,
      Array.from({ length: 100 }, (_, i) => i),
    )
    assert.equal(strings[99], 'got 99')
    left.close()
    right.close()
  })

  test(`${name}: close delivers what was sent before it, then says so once`, async () => {
    const [left, right] = await open()
    const seen: (number | string)[] = []
    right.receive((n) => seen.push(n))
    right.closed(() => seen.push('closed'))
    left.send(1)
    left.send(2)
    left.close()
    left.close()
    left.send(3)
    await until(() => seen.includes('closed'))
    assert.deepEqual(seen, [1, 2, 'closed'])
    right.close()
  })

  test(`${name}: never delivers in the sender's own stack`, async () => {
    const [left, right] = await open()
    let seen = 0
    right.receive(() => seen++)
    left.send(1)
    assert.equal(seen, 0)
    await until(() => seen === 1)
    left.close()
    right.close()
  })
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 6_000 && !condition(); i++) await sleep(5)
  assert.ok(condition())
}
