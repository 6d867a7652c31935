import assert from 'node:assert/strict'
import { once } from 'node:events'
import net, { type AddressInfo, type Socket } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import tls from 'node:tls'
import { certificates } from '../../../test/target/certificates.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import { HttpRun } from './http-run.contract.ts'

/* A response is never given to a request that it does not belong to, whatever the target sends behind or beside it. */

function response(body: string, lines = ''): string {
  return `HTTP/1.1 200 OK\r\n${lines}Content-Length: ${body.length}\r\n\r\n${body}`
}
const stray = response('STRAY')
/** As long as that many bytes with its head. */
const ofLength = (bytes: number) => response('x'.repeat(bytes - response('x'.repeat(bytes)).length + bytes))

/** Comes when the connection is closed on which the stray came after a while. */
let lateIsClosed: Promise<unknown> = Promise.resolve()

/** What is sent for a path; every other path is answered with itself. */
const answers: Record<string, string | ((socket: Socket) => void)> = {
  '/redirect': `HTTP/1.1 302 Found\r\nLocation: /home\r\nContent-Length: 0\r\n\r\n${stray}`,
  '/redirect-body': `HTTP/1.1 307 X\r\nLocation: /home\r\nContent-Length: 2\r\n\r\nok${stray}${stray}`,
  '/redirect-chunked': `HTTP/1.1 302 Found\r\nLocation: /home\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${stray}`,
  '/redirect-twice': `HTTP/1.1 302 Found\r\nLocation: /redirect\r\nContent-Length: 0\r\n\r\n${stray}`,
  '/two': response('/two') + stray,
  '/chunked': `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n/chunked\r\n0\r\n\r\n${stray}`,
  '/longer': `HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n/longerHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n`,
  '/line': `${response('/line')}\r\n`,
  '/204': `HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n${stray}`,
  '/304': `HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n${stray}`,
  // as much as one read takes, one TLS record, and one byte less
  '/64k': ofLength(65_536) + stray,
  '/64k-1': ofLength(65_535) + stray,
  '/128k': ofLength(131_072) + stray,
  '/16k': ofLength(16_384) + stray,
  '/late': (socket) => {
    lateIsClosed = once(socket, 'close')
    socket.write(response('/late'))
    setTimeout(() => socket.write(stray), 20)
  },
}

interface Way {
  name: string
  options: Partial<RunPlan['http']>
  secure?: boolean
  proxied?: boolean
}
const { ca } = certificates().files
const ways: Way[] = [
  { name: 'HTTP', options: {} },
  { name: 'HTTP, shared connections', options: { connections: 'shared' } },
  { name: 'HTTPS', options: { ca }, secure: true },
  { name: 'HTTPS, shared connections', options: { ca, connections: 'shared' }, secure: true },
  { name: 'HTTP by a proxy', options: {}, proxied: true },
  { name: 'HTTP by a proxy, shared connections', options: { connections: 'shared' }, proxied: true },
]

/** A target that answers with raw bytes. It is its own proxy: what it is asked to connect to, it is. */
async function start(t: TestContext, { options, secure, proxied }: Way) {
  const sockets = new Set<Socket>()
  const onSocket = (socket: Socket) => {
    sockets.add(socket.on('error', () => {}))
    let text = ''
    socket.on('data', (piece) => {
      text += piece
      for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
        const [method = '', url = ''] = text.split(' ', 2)
        text = text.slice(end + 4)
        const path = url.replace(/^http:\/\/[^/]*/, '')
        const answer = method === 'CONNECT' ? 'HTTP/1.1 200 OK\r\n\r\n' : (answers[path] ?? response(path))
        if (typeof answer === 'string') socket.write(answer, 'latin1')
        else answer(socket)
      }
    })
  }
  const server = secure ? tls.createServer(certificates().servers.good, onSocket) : net.createServer(onSocket)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const run = new HttpRun(t, { ...options, ...(proxied ? { proxy: `http://${host}` } : {}), timeout: 5_000 })
  return { run, url: `http${secure ? 's' : ''}://${host}` }
}

for (const way of ways)
  describe(way.name, () => {
    test('every request gets its own response, one after another', async (t) => {
      const { run, url } = await start(t, way)
      const users = [run.client(url), run.client(url)]
      for (const path of Object.keys(answers)) {
        for (const user of users) {
          const got = await user.get(path)
          if (path.startsWith('/redirect')) assert.deepEqual([got.text(), got.url], ['/home', `${url}/home`], path)
          else if (/\dk/.test(path)) assert.match(got.text(), /^x+$/)
          else assert.equal(got.text(), got.status === 200 ? path : '', path)
          if (path === '/late') await lateIsClosed
          for (const next of ['/a', '/b', '/c']) assert.equal((await user.get(next)).text(), next, `after ${path}`)
        }
      }
      assert.equal(run.counted().failures, 0)
    })

    test('every request gets its own response, many at once', async (t) => {
      const { run, url } = await start(t, way)
      const user = run.client(url)
      const asked = Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? '/two' : i % 3 === 1 ? '/redirect' : `/${i}`))
      const got = await Promise.all(asked.map((path) => user.get(path)))
      for (const [i, path] of asked.entries())
        assert.equal(got[i]?.text(), path === '/redirect' ? '/home' : path, `${i} ${got[i]?.error?.code}`)
    })
  })

test('the body that a target sends for HEAD is nobody’s response', async (t) => {
  const { run, url } = await start(t, ways[0] as Way)
  const user = run.client(url)
  for (let round = 0; round < 5; round++) {
    assert.equal((await user.head('/a')).status, 200)
    assert.equal((await user.get('/b')).text(), '/b')
  }
  assert.equal(run.counted().failures, 0)
})
