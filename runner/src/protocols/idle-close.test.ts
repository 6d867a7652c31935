import assert from 'node:assert/strict'
import net, { type AddressInfo, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { startProxy } from '../../../test/target/proxy.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import type { HttpClient } from './http-client.ts'
import { HttpRun } from './http-run.contract.ts'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

/** A target that answers `/ok`, and does with every other request what `fault` does. */
async function start(
  t: TestContext,
  fault: (socket: Socket, connection: number) => void,
  options: Partial<RunPlan['http']> = {},
) {
  const sockets = new Set<Socket>()
  const seen: string[] = []
  let connections = 0
  const server = net.createServer((socket) => {
    const connection = ++connections
    sockets.add(socket.on('error', () => {}))
    let text = ''
    socket.on('data', (piece) => {
      text += piece
      if (!text.includes('\r\n\r\n')) return
      const line = text.slice(0, text.indexOf(' HTTP'))
      text = ''
      seen.push(`${line} ${connection}`)
      if (line.endsWith('/ok')) socket.write(ok)
      else fault(socket, connection)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const run = new HttpRun(t, options)
  const client = run.client(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return { run, client, seen }
}

/** Every second connection answers: the kept one closes, the next does what it is asked. */
const closesUsed = (end: (socket: Socket) => void) => (socket: Socket, connection: number) =>
  connection % 2 === 1 ? end(socket) : socket.write(ok)

const ends: Record<string, (socket: Socket) => void> = {
  'in order': (socket) => socket.end(),
  'by a reset': (socket) => socket.resetAndDestroy(),
}
const idempotent: Record<string, (client: HttpClient) => ReturnType<HttpClient['get']>> = {
  GET: (client) => client.get('/x'),
  HEAD: (client) => client.head('/x'),
  OPTIONS: (client) => client.options('/x'),
  DELETE: (client) => client.delete('/x'),
  PUT: (client) => client.put('/x', { json: { a: 1 } }),
  TRACE: (client) => client.request('TRACE', '/x'),
}

for (const [how, end] of Object.entries(ends))
  for (const connections of ['user', 'shared'] as const)
    test(`a kept connection that the target closes ${how}: what may be sent again is (${connections})`, async (t) => {
      for (const [method, ask] of Object.entries(idempotent)) {
        const { run, client, seen } = await start(t, closesUsed(end), { connections })
        await client.get('/ok')
        assert.equal((await ask(client)).status, 200, method)
        assert.deepEqual(seen, ['GET /ok 1', `${method} /x 1`, `${method} /x 2`])
        const { requests, failures, retries } = run.counted()
        assert.deepEqual([requests, failures, retries], [2, 0, 1], method)
      }
    })

const others: Record<string, (client: HttpClient) => ReturnType<HttpClient['get']>> = {
  POST: (client) => client.post('/x', { json: { a: 1 } }),
  PATCH: (client) => client.patch('/x', { body: 'a' }),
  'PUT of a stream': (client) => client.put('/x', { body: once() }),
}
async function* once() {
  yield 'a'
}

test('what may not be sent again fails under a name of its own', async (t) => {
  for (const end of Object.values(ends))
    for (const [what, ask] of Object.entries(others)) {
      const { run, client, seen } = await start(t, closesUsed(end))
      await client.get('/ok')
      assert.equal((await ask(client)).error?.code, 'KEPT_CONNECTION_CLOSED', what)
      assert.equal(seen.length, 2)
      const { requests, failures, retries } = run.counted()
      assert.deepEqual([requests, failures, retries], [2, 1, 0], what)
    }
})

test('it is sent again once, not for ever', async (t) => {
  const { run, client, seen } = await start(t, (socket) => socket.end())
  await client.get('/ok')
  assert.equal((await client.get('/x')).error?.code, 'CONNECTION_CLOSED')
  assert.deepEqual(seen, ['GET /ok 1', 'GET /x 1', 'GET /x 2'])
  assert.deepEqual([run.counted().failures, run.counted().retries], [1, 1])
})

test('a new connection that the target closes is a failure at once', async (t) => {
  const { run, client, seen } = await start(t, (socket) => socket.end())
  assert.equal((await client.get('/x')).error?.code, 'CONNECTION_CLOSED')
  assert.equal(seen.length, 1)
  assert.equal(run.counted().retries, 0)
})

test('after the first byte of a response nothing is sent again', async (t) => {
  for (const beginning of ['H', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', '\r\n']) {
    const { run, client, seen } = await start(t, (socket) => socket.end(beginning))
    await client.get('/ok')
    assert.equal((await client.get('/x')).error?.code, 'CONNECTION_CLOSED')
    assert.equal(seen.length, 2)
    assert.equal(run.counted().retries, 0)
  }
})

test('a redirect to a connection that closes is sent again, too, and many at once are', async (t) => {
  const { run, client } = await start(t, (socket, connection) => {
    if (connection === 1) socket.end()
    else socket.write('HTTP/1.1 302 Found\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n')
  })
  await client.get('/ok')
  assert.equal((await client.get('/x')).text(), 'ok')
  const again = await start(t, (socket, connection) => {
    if (connection <= 6) socket.end()
    else socket.write(ok)
  })
  await Promise.all(Array.from({ length: 6 }, () => again.client.get('/ok')))
  const got = await Promise.all(Array.from({ length: 20 }, () => again.client.get('/x')))
  assert.ok(got.every(({ status }) => status === 200))
  assert.deepEqual([again.run.counted().failures, again.run.counted().retries], [0, 6])
  assert.equal(run.counted().failures, 0)
})

test('who is sent again can be given up, and times out', async (t) => {
  const { run, client, seen } = await start(t, (socket, connection) => {
    if (connection === 1) socket.end()
  })
  await client.get('/ok')
  assert.equal((await client.get('/x', { timeout: 0.2 })).error?.code, 'TIMEOUT')
  assert.deepEqual(seen, ['GET /ok 1', 'GET /x 1', 'GET /x 2'])
  const { failures, retries } = run.counted()
  assert.deepEqual([failures, retries], [1, 1])
})

test('by a proxy, what may be sent again is, too; the rest fails', async (t) => {
  const proxy = await startProxy()
  t.after(() => proxy.close())
  // of the connections that the proxy makes into tunnels, the first closes
  const { run, client, seen } = await start(t, closesUsed(ends['in order'] as (socket: Socket) => void), {
    proxy: proxy.url,
  })
  await client.get('/ok')
  assert.equal((await client.get('/x')).status, 200)
  assert.deepEqual(seen, ['GET /ok 1', 'GET /x 1', 'GET /x 2'])
  assert.deepEqual([run.counted().failures, run.counted().retries], [0, 1])
})

test('how long a connection was idle is told from the hop of a redirect, not from the beginning of its request', async (t) => {
  const kept = 'HTTP/1.1 200 OK\r\nKeep-Alive: timeout=20\r\nContent-Length: 2\r\n\r\nok'
  const other = await start(t, (socket) => socket.write(kept))
  let aheadMs = 0
  const { run, client, seen } = await start(t, (socket, connection) => {
    aheadMs += 30_000 // what the redirect takes to come
    const location = `${other.client.baseUrl}/x`
    const headers = `Keep-Alive: timeout=20\r\nLocation: ${location}\r\nContent-Length: 0`
    socket.write(`HTTP/1.1 302 Found\r\n${headers}\r\nX-Connection: ${connection}\r\n\r\n`)
  })
  run.http.meter.now = () => performance.now() + aheadMs
  await client.get(`${other.client.baseUrl}/x`)
  assert.equal((await client.get('/away')).status, 200)
  assert.deepEqual(other.seen, ['GET /x 1', 'GET /x 2'], 'its target has closed the first long ago')
  await client.get('/ok')
  assert.deepEqual(seen, ['GET /away 1', 'GET /ok 1'], 'this one was in use until a moment ago')
  assert.equal(run.counted().retries, 0)
})
