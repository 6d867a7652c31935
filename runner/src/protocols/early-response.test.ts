import assert from 'node:assert/strict'
import { once } from 'node:events'
import net, { type AddressInfo, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import tls from 'node:tls'
import { certificates } from '../../../test/target/certificates.ts'
import { HttpRun } from './http-run.contract.ts'

const tooLarge = 'HTTP/1.1 413 Content Too Large\r\nContent-Length: 9\r\n\r\ntoo large'
const big = Buffer.alloc(30_000_000, 'x')

/** A target that does `onRequest` as soon as a request's head has come, and reads no further. */
async function start(t: TestContext, onRequest: (socket: Socket, connection: number) => void, secure = false) {
  const sockets = new Set<Socket>()
  let connections = 0
  const onSocket = (socket: Socket) => {
    const connection = ++connections
    sockets.add(socket.on('error', () => {}))
    socket.once('data', () => {
      socket.pause()
      onRequest(socket, connection)
    })
  }
  const server = secure ? tls.createServer(certificates().servers.good, onSocket) : net.createServer(onSocket)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const run = new HttpRun(t, { ...(secure ? { ca: certificates().files.ca } : {}), timeout: 20_000 })
  const { port } = server.address() as AddressInfo
  return { run, client: run.client(`http${secure ? 's' : ''}://127.0.0.1:${port}`), connections: () => connections }
}

/** A source without an end; says when nobody wants it any more. */
function endless() {
  const state = { returned: false, pieces: 0 }
  async function* pieces() {
    try {
      for (; state.pieces < 100_000; state.pieces++) {
        await new Promise((resolve) => setImmediate(resolve))
        yield big.subarray(0, 10_000)
      }
    } finally {
      state.returned = true
    }
  }
  return { state, body: pieces() }
}

const answers: Record<string, (socket: Socket) => void> = {
  'and goes on to listen': (socket) => socket.write(tooLarge),
  'and closes': (socket) => socket.end(tooLarge, () => socket.destroy()),
  'and goes soon': (socket) => socket.write(tooLarge, () => setTimeout(() => socket.destroy(), 20)),
}
for (const secure of [false, true])
  for (const [how, answer] of Object.entries(answers)) {
    test(`a target that answers before the upload is over ${how}${secure ? ', over TLS' : ''}`, async (t) => {
      const { run, client } = await start(t, answer, secure)
      for (let round = 0; round < 3; round++) {
        const { state, body } = endless()
        const got = await client.post('/upload', { body })
        assert.deepEqual([got.status, got.text()], [413, 'too large'])
        while (!state.returned) await new Promise((resolve) => setImmediate(resolve))
        assert.ok(state.pieces < 100_000)
        const whole = await client.put('/upload', { body: big })
        assert.deepEqual([whole.status, whole.text()], [413, 'too large'])
      }
      assert.deepEqual(run.counted().errors, { 'POST /upload: HTTP 413': 3, 'PUT /upload: HTTP 413': 3 })
    })
  }

test('a connection whose upload was ended by its response is not used again', async (t) => {
  const { client, connections } = await start(t, (socket) => socket.write(tooLarge.replace('413', '200')))
  for (let round = 1; round <= 3; round++) {
    assert.equal((await client.put('/upload', { body: big })).status, 200)
    assert.equal((await client.post('/upload', { body: endless().body })).status, 200)
    assert.equal(connections(), round * 2)
  }
})

test('an error’s head ends the upload, though its body ends with the connection', async (t) => {
  const { client } = await start(t, (socket) => {
    socket.write('HTTP/1.1 503 Busy\r\nConnection: close\r\n\r\nlater')
    socket.resume() // and closes when nothing comes any more
    let last = Date.now()
    socket.on('data', () => {
      last = Date.now()
    })
    const look = setInterval(() => {
      if (Date.now() - last < 100) return
      clearInterval(look)
      socket.end()
    }, 20)
  })
  const { state, body } = endless()
  const got = await client.post('/upload', { body })
  assert.deepEqual([got.status, got.text()], [503, 'later'])
  assert.ok(state.pieces < 100_000)
})

test('a source that waits for the response to its beginning gets it: 100 and early heads do not end an upload', async (t) => {
  let wake = () => {}
  const { client } = await start(t, (socket) => {
    socket.write('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n')
    socket.resume()
    let text = ''
    socket.on('data', (piece) => {
      text += piece.toString('latin1')
      if (text.endsWith('0\r\n\r\n')) socket.write('3\r\nend\r\n0\r\n\r\n')
    })
    setTimeout(() => wake(), 50)
  })
  async function* halves() {
    yield 'one'
    await new Promise<void>((resolve) => (wake = resolve))
    yield 'two'
  }
  assert.equal((await client.post('/upload', { body: halves() })).text(), 'okend')
})

test('a write that fails without a response is a failure', async (t) => {
  const { run, client } = await start(t, (socket) => socket.resetAndDestroy())
  for (const body of [big, endless().body]) {
    const got = await client.post('/upload', { body })
    assert.match(got.error?.code ?? '', /^(ECONNRESET|EPIPE)$/)
  }
  assert.equal(run.counted().failures, 2)
})

test('a target that goes away while the source is quiet: what it said before is the response', async (t) => {
  const gone: Promise<unknown>[] = []
  const { client } = await start(t, (socket) => {
    gone.push(once(socket, 'close'))
    socket.write(tooLarge.slice(0, -4))
    setTimeout(() => socket.end(tooLarge.slice(-4), () => socket.destroy()), 30)
  })
  async function* quiet() {
    yield 'one'
    while (gone.length === 0) await new Promise((resolve) => setImmediate(resolve))
    await gone[0]
    // both at once: the reset and the response are in our socket, and nobody has looked
    for (let i = 0; i < 100; i++) yield big.subarray(0, 100_000)
  }
  const got = await client.post('/upload', { body: quiet() })
  assert.deepEqual([got.status, got.text()], [413, 'too large'])
})
