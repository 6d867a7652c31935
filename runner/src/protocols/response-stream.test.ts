import assert from 'node:assert/strict'
import http, { type ServerResponse } from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import zlib from 'node:zlib'
import { certificates } from '../../../test/target/certificates.ts'
import { startProxy } from '../../../test/target/proxy.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import { HttpRun } from './http-run.contract.ts'

type Serve = (response: ServerResponse, path: string) => void
interface Way {
  name: string
  kind: 'http' | 'https' | 'h2c'
  options: Partial<RunPlan['http']>
  proxied?: boolean
}
const ways: Way[] = [
  { name: 'HTTP', kind: 'http', options: {} },
  { name: 'HTTP, shared connections', kind: 'http', options: { connections: 'shared' } },
  { name: 'HTTPS', kind: 'https', options: { ca: certificates().files.ca } },
  { name: 'HTTP/2', kind: 'h2c', options: { http2: true } },
  { name: 'HTTP by a proxy', kind: 'http', options: {}, proxied: true },
]

async function start(t: TestContext, serve: Serve, { kind, options, proxied }: Way = ways[0] as Way) {
  const onRequest = (request: { url?: string | undefined }, response: unknown) =>
    serve(response as ServerResponse, request.url ?? '')
  const server =
    kind === 'http'
      ? http.createServer(onRequest)
      : kind === 'https'
        ? https.createServer(certificates().servers.good, onRequest)
        : http2.createServer(onRequest)
  let connections = 0
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxy = proxied ? await startProxy() : undefined
  t.after(async () => {
    if (server instanceof http.Server) server.closeAllConnections()
    server.close()
    await proxy?.close()
  })
  const run = new HttpRun(t, { timeout: 30_000, ...options, ...(proxy ? { proxy: proxy.url } : {}) })
  const url = `http${kind === 'https' ? 's' : ''}://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { run, client: run.client(url), connections: () => connections }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(2)
}

for (const way of ways)
  describe(way.name, () => {
    test('a body is read as it arrives: each piece before the next is sent', async (t) => {
      for (const encoding of ['', 'gzip', 'deflate', 'br', 'zstd']) {
        let next = () => {}
        const { run, client } = await start(
          t,
          async (response) => {
            const encoder = {
              gzip: zlib.createGzip,
              deflate: zlib.createDeflate,
              br: zlib.createBrotliCompress,
              zstd: zlib.createZstdCompress,
            }
            const into = encoding === '' ? undefined : encoder[encoding as 'gzip']()
            into?.pipe(response)
            response.writeHead(200, encoding === '' ? {} : { 'content-encoding': encoding })
            for (let i = 0; i < 4; i++) {
              const taken = new Promise<void>((resolve) => (next = resolve))
              ;(into ?? response).write(`piece ${i}`)
              into?.flush()
              await taken
            }
            ;(into ?? response).end()
          },
          way,
        )
        const response = await client.get('/', { stream: true })
        assert.deepEqual([response.status, response.error, run.counted().requests], [200, undefined, 0])
        const pieces: string[] = []
        for await (const piece of response.body) {
          pieces.push(piece.toString())
          next()
        }
        assert.equal(pieces.join('|'), 'piece 0|piece 1|piece 2|piece 3', encoding)
        const { requests, failures, bytes } = run.counted()
        assert.deepEqual([requests, failures], [1, 0])
        assert.ok(bytes >= 28)
        assert.ok(response.elapsedMs > 0)
      }
    })

    test('a target is made to wait for whoever reads slowly', async (t) => {
      const piece = Buffer.alloc(64 * 1024, 'x')
      const all = 400
      let written = 0
      const { run, client } = await start(
        t,
        async (response) => {
          for (; written < all; written++)
            if (!response.write(piece)) await new Promise((resolve) => response.once('drain', resolve))
          response.end()
        },
        way,
      )
      const response = await client.get('/', { stream: true })
      let before = -1
      while (before !== written) {
        before = written
        await sleep(100)
      }
      assert.ok(written < all, `${written} of ${all} pieces were taken without a reader`)
      let bytes = 0
      for await (const { length } of response.body) bytes += length
      assert.equal(bytes, all * piece.length)
      assert.equal((await client.get('/', { stream: false })).status, 200)
      assert.equal(run.counted().failures, 0)
    })

    test('leaving the loop ends the request: it counts once, and the user goes on', async (t) => {
      let closed = 0
      const { run, client } = await start(
        t,
        (response, path) => {
          if (path === '/ok') return void response.end('ok')
          response.on('close', () => closed++)
          response.write('first')
        },
        way,
      )
      const response = await client.get('/events', { stream: true })
      for await (const piece of response.body) {
        assert.equal(piece.toString(), 'first')
        break
      }
      await until(() => closed === 1)
      assert.equal((await client.get('/ok')).text(), 'ok')
      const { requests, failures, aborted, bytes, errors } = run.counted()
      assert.deepEqual([requests, failures, aborted, bytes, errors], [2, 0, 0, 7, {}])
    })
  })

test('a body that breaks off is one failure, under its code', async (t) => {
  const { run, client } = await start(t, (response) => {
    response.write('first')
    setTimeout(() => response.socket?.destroy(), 20)
  })
  const response = await client.get('/', { stream: true })
  const pieces: string[] = []
  await assert.rejects(
    async () => {
      for await (const piece of response.body) pieces.push(piece.toString())
    },
    { name: 'BodyError', message: 'GET /: the body ended too early (CONNECTION_CLOSED)' },
  )
  assert.deepEqual([pieces, response.status, response.error?.code], [['first'], 200, 'CONNECTION_CLOSED'])
  assert.deepEqual(run.counted().errors, { 'GET /: CONNECTION_CLOSED': 1 })
})

test('a body that stops is a timeout; one that nobody reads is not the target’s fault', async (t) => {
  const { run, client } = await start(t, (response, path) => {
    response.write('first')
    if (path === '/much') for (let i = 0; i < 200; i++) response.write(Buffer.alloc(64 * 1024))
  })
  const stopped = await client.get('/stops', { stream: true, timeout: 0.2 })
  const read = async () => {
    for await (const _ of stopped.body);
  }
  await assert.rejects(read, /the body ended too early \(TIMEOUT\)/)
  await client.get('/much', { stream: true, timeout: 0.2 })
  await until(() => run.http.sockets.open === 0)
  const { requests, failures, errors } = run.counted()
  assert.deepEqual([requests, failures, errors], [2, 1, { 'GET /stops: TIMEOUT': 1 }])
})

test('the end of the run cuts a stream, which counts as answered', async (t) => {
  const { run, client } = await start(t, (response) => void response.write('first'))
  const response = await client.get('/', { stream: true })
  const read = async () => {
    for await (const _ of response.body) client.abort()
  }
  await assert.rejects(read, { name: 'RequestAborted' })
  assert.deepEqual(run.waiting(), [])
  const { requests, failures, aborted, unanswered } = run.counted()
  assert.deepEqual([requests, failures, aborted, unanswered], [1, 0, 0, 0])
})

test('a user that ends leaves no stream behind that nobody reads', async (t) => {
  const { run, client } = await start(t, (response) => void response.write('first'))
  await client.get('/', { stream: true })
  assert.equal(run.http.sockets.open, 1)
  client.close()
  assert.equal(run.http.sockets.open, 0)
  assert.equal(run.counted().requests, 1)
})

test('with catchResponse the task decides, and the end of its scope ends the stream', async (t) => {
  const { run, client } = await start(t, (response) => void response.write('first'))
  {
    using response = await client.get('/', { stream: true, catchResponse: true })
    for await (const piece of response.body) {
      response.failure(`got ${piece}`)
      break
    }
    assert.equal(run.counted().requests, 0)
  }
  {
    using _ = await client.get('/', { stream: true, catchResponse: true })
  }
  await client.get('/', { stream: true, catchResponse: true })
  client.finishTask()
  const { requests, errors } = run.counted()
  assert.deepEqual([requests, errors], [3, { 'GET /: got first': 1 }])
  assert.equal(run.http.sockets.open, 0)
})

test('a streamed body is not kept; one that is not streamed can be read the same way', async (t) => {
  const { run, client, connections } = await start(t, (response, path) => {
    if (path === '/redirect') response.writeHead(302, { location: '/x' }).end('elsewhere')
    else if (path === '/gzip') response.writeHead(200, { 'content-encoding': 'gzip' }).end('this is none')
    else if (path === '/layers') response.writeHead(200, { 'content-encoding': 'gzip,'.repeat(1_999) }).end('x')
    else if (path === '/204') response.writeHead(204).end()
    else response.end(path)
  })
  const text = async (response: { body: AsyncIterable<Buffer> }) => {
    let all = ''
    for await (const piece of response.body) all += piece
    return all
  }
  const streamed = await client.get('/x', { stream: true })
  assert.throws(() => streamed.text(), { name: 'BodyError', message: /the body is a stream/ })
  assert.equal(await text(streamed), '/x')
  await assert.rejects(text(streamed), /read the body of a streamed response only once/)
  assert.equal(await text(await client.get('/x')), '/x')
  const redirected = await client.get('/redirect', { stream: true })
  assert.deepEqual([await text(redirected), new URL(redirected.url).pathname], ['/x', '/x'])
  assert.equal(await text(await client.get('/redirect', { stream: true, redirect: false })), 'elsewhere')
  assert.equal(await text(await client.get('/204', { stream: true })), '')
  assert.equal(await text(await client.head('/x', { stream: true })), '')
  await assert.rejects(text(await client.get('/gzip', { stream: true })), {
    name: 'BodyError',
    message: /not valid gzip/,
  })
  for (const stream of [true, false])
    await assert.rejects(text(await client.get('/layers', { stream })), /it has more than 5 content codings/)
  const { hops, requests, failures } = run.counted()
  assert.deepEqual([requests, failures, hops], [9, 0, 1])
  assert.equal(connections(), 1)
  await assert.rejects(client.get('/', { stream: 1 as never }), TypeError)
  const missing = await run.client('http://127.0.0.1:1').get('/', { stream: true })
  await assert.rejects(text(missing), /there is no response/)
})
