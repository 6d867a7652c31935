import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Inbox } from './inbox.ts'

test('messages wait for a receiver, up to the limit, and then pass at once', () => {
  const inbox = new Inbox<number>(2)
  for (const n of [1, 2, 3]) inbox.take(n)
  const got: number[] = []
  inbox.receive((n) => got.push(n))
  assert.deepEqual(got, [1, 2])
  for (const n of [4, 5, 6]) inbox.take(n)
  assert.deepEqual(got, [1, 2, 4, 5, 6])
})

test('a message that comes while another is handled waits for its turn', () => {
  const inbox = new Inbox<string>()
  const got: string[] = []
  for (const one of ['a', 'b']) inbox.take(one)
  inbox.receive((one) => {
    got.push(`${one} begins`)
    if (one === 'a') inbox.take('c')
    got.push(`${one} ends`)
  })
  assert.deepEqual(got, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
})

test('a receiver that throws loses only the message that it threw at', () => {
  const inbox = new Inbox<number>()
  const got: number[] = []
  inbox.receive((n) => {
    if (n === 1) throw new Error('no')
    got.push(n)
  })
  assert.throws(() => inbox.take(1), /no/)
  inbox.take(2)
  assert.deepEqual(got, [2])
})

test('the end is told once, also to who asks later; kept messages are still delivered, new ones dropped', () => {
  for (const asksLater of [false, true]) {
    const inbox = new Inbox<number>()
    const got: (number | string)[] = []
    const listen = () => inbox.closed((reason) => got.push(reason))
    if (!asksLater) listen()
    inbox.take(1)
    inbox.close('gone')
    inbox.close('again')
    inbox.take(2)
    if (asksLater) listen()
    inbox.receive((n) => got.push(n))
    assert.deepEqual(got, ['gone', 1])
    assert.ok(inbox.isClosed)
  }
})
