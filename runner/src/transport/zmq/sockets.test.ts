import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { DealerSocket } from './dealer-socket.ts'
import { RouterSocket } from './router-socket.ts'

async function rig() {
  const router = await RouterSocket.bind({ host: '127.0.0.1', port: 0 })
  const heard: [id: string, bytes: number, text: string][] = []
  void router.receive((id, bytes) => heard.push([id, bytes.length, bytes.subarray(0, 20).toString()]))
  const dealers: DealerSocket[] = []
  return {
    router,
    heard,
    dealer: (id: string) => {
      const dealer = new DealerSocket({ id, host: '127.0.0.1', port: router.port })
      const said: string[] = []
      void dealer.receive((bytes) => said.push(bytes.toString()))
      dealers.push(dealer)
      return { dealer, said }
    },
    async [Symbol.asyncDispose]() {
      for (const dealer of dealers) await dealer.close()
      await router.close()
    },
  }
}

const frame = (text: string) => new Uint8Array(Buffer.from(text))

async function until(holds: () => boolean) {
  for (const end = performance.now() + 30_000; !holds(); await sleep(5)) assert.ok(performance.now() < end, `${holds}`)
}

test('frames go to and from peers by their ids; one to nobody is dropped', async () => {
  await using r = await rig()
  const [a, b] = [r.dealer('a_1'), r.dealer('b_1')]
  a.dealer.send(frame('from a'))
  b.dealer.send(frame('from b'))
  await until(() => r.heard.length === 2)
  assert.deepEqual(r.heard.map(([id, , text]) => `${id}: ${text}`).sort(), ['a_1: from a', 'b_1: from b'])
  r.router.send('nobody', frame('lost'))
  r.router.send('b_1', frame('to b'))
  await until(() => b.said.length === 1)
  assert.deepEqual([a.said, b.said], [[], ['to b']])
})

test('a message beyond the limit costs its sender the connection, and nobody else anything', async () => {
  await using r = await rig()
  const [hostile, good] = [r.dealer('hostile_1'), r.dealer('good_1')]
  good.dealer.send(frame('before'))
  hostile.dealer.send(new Uint8Array(65 * 1024 * 1024))
  await until(() => r.heard.length === 1)
  await sleep(300)
  good.dealer.send(frame('after'))
  await until(() => r.heard.length === 2)
  r.router.send('good_1', frame('answer'))
  await until(() => good.said.length === 1)
  assert.deepEqual(
    r.heard.map(([id]) => id),
    ['good_1', 'good_1'],
  )
})

test('after another connection is tried, both ways work, also where two connections have one id', async () => {
  await using r = await rig()
  const [one, other] = [r.dealer('w_1'), r.dealer('w_1')]
  one.dealer.send(frame('one'))
  other.dealer.send(frame('other'))
  await until(() => r.heard.length >= 1)
  for (const { dealer, said } of [one, other, one]) {
    said.length = 0
    const before = r.heard.length
    dealer.reconnect()
    dealer.send(frame('here again'))
    await until(() => r.heard.slice(before).some(([id, , text]) => id === 'w_1' && text === 'here again'))
    r.router.send('w_1', frame('welcome'))
    await until(() => said.includes('welcome'))
  }
})
