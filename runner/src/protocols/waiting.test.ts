import assert from 'node:assert/strict'
import { createServer, type Server, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { HttpRun } from './http-run.contract.ts'
import { RequestGate } from './request-gate.ts'

/** A server that gives each connection to `serve`, and forgets none of them at its end. */
async function hostOf(t: TestContext, serve: (socket: Socket) => void, protocol = 'http'): Promise<string> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    serve(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  return `${protocol}://127.0.0.1:${address.port}`
}

/** Waits for what must come; the test's own limit ends it. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5))
}

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

interface Hang {
  title: string
  protocol?: 'https'
  serve(socket: Socket, seen: () => void): void
  send?: { method: string; body: string }
  /** What is given up: counts as aborted if the target may have seen it. */
  aborted: number
}

const hangs: Hang[] = [
  { title: 'accepted and never answered', serve: (socket, seen) => socket.once('data', seen), aborted: 1 },
  {
    title: 'a redirect whose second hop hangs',
    serve(socket, seen) {
      let requests = 0
      socket.on('data', () => {
        if (requests++ === 0) socket.write('HTTP/1.1 302 Found\r\nlocation: /there\r\ncontent-length: 0\r\n\r\n')
        else seen()
      })
    },
    aborted: 1,
  },
  {
    title: 'a body that never ends',
    serve(socket, seen) {
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf', seen))
    },
    aborted: 1,
  },
  {
    title: 'an upload that is never read',
    serve(socket, seen) {
      socket.once('readable', seen) // and nothing is read
    },
    send: { method: 'POST', body: 'x'.repeat(8_000_000) },
    aborted: 1,
  },
  {
    title: 'a TLS handshake that never ends',
    protocol: 'https',
    serve: (socket, seen) => socket.once('data', seen),
    aborted: 0,
  },
]

for (const hang of hangs)
  test(`${hang.title}: it waits since it was sent, and is given up once`, { timeout: 20_000 }, async (t) => {
    let seen = false
    const host = await hostOf(t, (socket) => hang.serve(socket, () => (seen = true)), hang.protocol)
    const run = new HttpRun(t)
    const client = run.client(host)
    const { method, body } = hang.send ?? { method: 'GET', body: undefined }
    const pending = client.request(method, '/a', { ...(body ? { body } : {}), name: 'a' })
    assert.deepEqual(run.waiting(), [`${method} a`])
    await until(() => seen)
    assert.deepEqual(run.waiting(), [`${method} a`])
    client.abort()
    await assert.rejects(pending, { name: 'RequestAborted' })
    assert.deepEqual(run.waiting(), [])
    const { requests, aborted, unanswered } = run.counted()
    assert.deepEqual({ requests, aborted, unanswered }, { requests: 0, aborted: hang.aborted, unanswered: 1 })
  })

test('answers that come late, and requests that time out, wait no more and count once', {
  timeout: 20_000,
}, async (t) => {
  const waiting: Socket[] = []
  const host = await hostOf(t, (socket) => socket.on('data', () => waiting.push(socket)))
  const run = new HttpRun(t, { connections: 'shared' })
  const client = run.client(host)
  const late = client.get('/late')
  const short = client.get('/short', { timeout: 0.05 })
  assert.deepEqual(run.waiting().sort(), ['GET /late', 'GET /short'])
  assert.equal((await short).error?.code, 'TIMEOUT')
  assert.deepEqual(run.waiting(), ['GET /late'])
  await until(() => waiting.length >= 2)
  for (const socket of waiting) socket.write(ok)
  assert.equal((await late).status, 200)
  assert.deepEqual(run.waiting(), [])
  const { requests, failures, aborted, unanswered } = run.counted()
  assert.deepEqual([requests, failures, aborted, unanswered], [2, 1, 0, 0])
})

test('a stream waits until its head is there; then it is read as it comes', { timeout: 20_000 }, async (t) => {
  const sockets: Socket[] = []
  const host = await hostOf(t, (socket) => socket.on('data', () => sockets.push(socket)))
  const run = new HttpRun(t)
  const pending = run.client(host).get('/events', { stream: true })
  assert.deepEqual(run.waiting(), ['GET /events'])
  await until(() => sockets.length === 1)
  sockets[0]?.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf')
  const response = await pending
  assert.deepEqual(run.waiting(), [])
  for await (const chunk of response.body) {
    assert.equal(Buffer.from(chunk).toString(), 'half')
    break
  }
  const { requests, unanswered } = run.counted()
  assert.deepEqual([requests, unanswered], [1, 0])
})

test('what our own limit holds back does not wait for the target', { timeout: 20_000 }, async (t) => {
  let requests = 0
  const host = await hostOf(t, (socket) => socket.on('data', () => requests++))
  const run = new HttpRun(t)
  run.http.gate = new RequestGate(0.01, () => performance.now())
  const client = run.client(host)
  const pending = [client.get('/first'), client.get('/held')]
  await until(() => requests === 1)
  assert.deepEqual(run.waiting(), ['GET /first'])
  client.abort()
  await Promise.allSettled(pending)
  const { aborted, unanswered } = run.counted()
  assert.deepEqual([aborted, unanswered], [1, 1])
})
