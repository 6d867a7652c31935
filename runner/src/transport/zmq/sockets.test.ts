import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { custom } from '../locust/frames.ts'
import { mostBodyBytes } from '../message-size.ts'
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

test('the largest message that is sent comes through, both ways', async () => {
  await using r = await rig()
  const { dealer, said } = r.dealer('a_1')
  const large = (body: number) => custom('a_1', 'katydid', { katydid: { seq: 1, ack: 0, body: new Uint8Array(body) } })
  dealer.send(large(mostBodyBytes.toMaster))
  await until(() => r.heard.length === 1)
  r.router.send('a_1', large(mostBodyBytes.toWorker))
  await until(() => said.length === 1)
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

const otherKeys: [
  title: string,
  master: string | undefined,
  worker: string | undefined,
  atMaster: RegExp,
  atWorker: RegExp,
][] = [
  [
    'a worker without',
    'k',
    undefined,
    /refused .*: it has no KATYDID_CLUSTER_KEY/,
    /failed: the master has a KATYDID_CLUSTER_KEY, but this worker has none/,
  ],
  [
    'a master without',
    undefined,
    'k',
    /refused .*: it has a KATYDID_CLUSTER_KEY, but this master has none/,
    /failed: the master has no KATYDID_CLUSTER_KEY, but this worker has one/,
  ],
  [
    'another one',
    'k',
    'other',
    /refused .*: it does not have the same KATYDID_CLUSTER_KEY/,
    /failed: probably the KATYDID_CLUSTER_KEY is wrong/,
  ],
]
for (const [title, masterKey, workerKey, atMaster, atWorker] of otherKeys)
  test(`keys: ${title} is told at both ends, as it is`, async () => {
    const [master, worker]: string[][] = [[], []]
    const router = await RouterSocket.bind({
      ...{ host: '127.0.0.1', port: 0, key: masterKey },
      onRefused: (text) => master!.push(text),
    })
    const where = { id: 'w_1', host: '127.0.0.1', port: router.port, key: workerKey }
    const dealer = new DealerSocket({ ...where, onTrouble: (text) => worker!.push(text) })
    await until(() => master!.length > 0 && worker!.length > 0)
    assert.match(master![0] as string, atMaster)
    assert.match(worker![0] as string, atWorker)
    await dealer.close()
    await router.close()
  })

test('what is no worker, or no master, is no matter of keys', async () => {
  const refused: string[] = []
  const router = await RouterSocket.bind({ host: '127.0.0.1', port: 0, onRefused: (text) => refused.push(text) })
  const greeting = Buffer.from(
    `ff00000000000000017f0300${Buffer.from('NULL').toString('hex')}${'00'.repeat(48)}`,
    'hex',
  )
  for (const bytes of ['', 'GET / HTTP/1.1\r\nhost: x\r\n\r\n', Buffer.concat([greeting, Buffer.alloc(20, 1)])]) {
    const socket = connect(router.port, '127.0.0.1').on('error', () => {})
    await new Promise((resolve) => socket.write(bytes, resolve))
    await sleep(100)
    socket.destroy()
  }
  const http = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => http.once('listening', resolve))
  const troubles: string[] = []
  const { port } = http.address() as AddressInfo
  const dealer = new DealerSocket({ id: 'w_1', host: '127.0.0.1', port, onTrouble: (text) => troubles.push(text) })
  await until(() => troubles.length > 0)
  assert.match(
    troubles[0] as string,
    /the connection was closed: check that the address is the port for workers \(5557\)/,
  )
  assert.doesNotMatch([...refused, ...troubles].join(), /KEY/)
  http.close()
  await dealer.close()
  await router.close()
})

for (const key of [undefined, 'k'])
  test(`a handshake over a slow way ${key ? 'with' : 'without'} a key: known to be under way, and what it says of the round trip`, async () => {
    const delayMs = 60
    const router = await RouterSocket.bind({ host: '127.0.0.1', port: 0, key })
    const slow = createTcpServer((a) => {
      const b = connect(router.port, '127.0.0.1')
      for (const [from, to] of [
        [a, b],
        [b, a],
      ] as const) {
        from.on('data', (bytes) => setTimeout(() => to.write(bytes), delayMs)).on('error', () => {})
        from.on('close', () => to.destroy())
      }
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => slow.once('listening', resolve))
    const dealer = new DealerSocket({ id: 'w_1', host: '127.0.0.1', port: (slow.address() as AddressInfo).port, key })
    void dealer.receive(() => {})
    await until(() => dealer.isShakingHands)
    assert.equal(dealer.handshakeRoundTripMs, 0)
    await until(() => !dealer.isShakingHands)
    assert.ok(dealer.handshakeRoundTripMs >= 2 * delayMs * 0.9, `${dealer.handshakeRoundTripMs} ms`)
    await dealer.close()
    await router.close()
    slow.close()
  })
