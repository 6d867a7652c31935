import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, before, describe, type TestContext, test } from 'node:test'
import { certificates } from '../../../test/target/certificates.ts'
import { type Proxy as HttpProxy, startProxy } from '../../../test/target/proxy.ts'
import { startTarget, type Target } from '../../../test/target/target.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import type { RequestOptions } from './http-options.ts'
import { HttpRun } from './http-run.contract.ts'

const { ca } = certificates().files

interface Way {
  name: string
  protocol: 'http' | 'https' | 'h2' | 'h2c'
  options: Partial<RunPlan['http']>
  proxied?: boolean
}

/** Every way a request can take: each must behave the same. */
const ways: Way[] = [
  { name: 'HTTP/1.1', protocol: 'http', options: {} },
  { name: 'HTTP/1.1, shared connections', protocol: 'http', options: { connections: 'shared' } },
  { name: 'HTTP/1.1, a connection per request', protocol: 'http', options: { keepAlive: false } },
  { name: 'HTTPS', protocol: 'https', options: { ca } },
  { name: 'HTTP/2', protocol: 'h2', options: { ca, http2: true } },
  { name: 'HTTP/2, shared connections', protocol: 'h2', options: { ca, http2: true, connections: 'shared' } },
  { name: 'HTTP/2 without TLS', protocol: 'h2c', options: { http2: true } },
  { name: 'HTTP/1.1 by a proxy', protocol: 'http', options: {}, proxied: true },
  { name: 'HTTPS by a proxy', protocol: 'https', options: { ca }, proxied: true },
]

for (const way of ways)
  describe(way.name, () => {
    let target: Target
    let proxy: HttpProxy | undefined
    before(async () => {
      target = await startTarget({ protocol: way.protocol })
      if (way.proxied) proxy = await startProxy({ credentials: 'me:secret' })
    })
    after(() => Promise.all([target.close(), proxy?.close()]))
    const open = async (t: TestContext, options: Partial<RunPlan['http']> = {}) => {
      await target.reset()
      const proxied = proxy ? { proxy: proxy.url.replace('//', '//me:secret@') } : {}
      const run = new HttpRun(t, { ...way.options, ...proxied, ...options })
      return { run, client: run.client(target.url) }
    }

    test('sends and receives', async (t) => {
      const { run, client } = await open(t)
      const got = await client.get('/echo?a=1')
      assert.deepEqual([got.status, got.ok, got.error, got.url], [200, true, undefined, `${target.url}/echo?a=1`])
      const echoed = got.json<{ headers: Record<string, string>; httpVersion: string; query: object }>()
      assert.deepEqual(echoed.query, { a: '1' })
      assert.equal(echoed.httpVersion, way.protocol.startsWith('h2') ? '2.0' : '1.1')
      assert.equal(echoed.headers['accept-encoding'], 'gzip, deflate, br, zstd')
      const posted = await client.post('/echo', { json: { a: 'zwölf' }, headers: { 'X-Mine': 'ä' } })
      const { method, body, headers } = posted.json<{ method: string; body: string; headers: Record<string, string> }>()
      assert.deepEqual([method, body, headers['content-type']], ['POST', '{"a":"zwölf"}', 'application/json'])
      assert.equal(headers['x-mine'], 'ä')
      const big = 'x'.repeat(1_000_000)
      assert.equal((await client.put('/echo', { body: big })).json<{ body: string }>().body, big)
      const empty = await client.post('/echo')
      assert.equal(empty.json<{ headers: Record<string, string> }>().headers['content-length'], '0')
      const head = await client.head('/bytes/100')
      assert.deepEqual([head.status, head.headers['Content-Length'], head.text()], [200, '100', ''])
      assert.equal((await client.get('/chunked')).text(), 'one two three')
      assert.equal((await client.get('/bytes/300000')).bytes().length, 300_000)
      // the target's 204 has a content-length, which HTTP/2 forbids
      const empty204 = way.protocol.startsWith('h2') ? '/bytes/0' : '/status/204'
      assert.equal((await client.get(empty204)).text(), '')
      const counted = await run.assertTruth(target)
      assert.deepEqual([counted.requests, counted.failures], [8, 0])
    })

    test('streams a body', async (t) => {
      const { run, client } = await open(t)
      async function* parts() {
        for (let i = 0; i < 5; i++) {
          await new Promise((resolve) => setTimeout(resolve, 2))
          yield i % 2 ? `${i},` : Buffer.from(`${i},`)
        }
      }
      for (let round = 0; round < 2; round++)
        assert.equal((await client.post('/echo', { body: parts() })).json<{ body: string }>().body, '0,1,2,3,4,')
      await run.assertTruth(target)
    })

    test('uploads of known length: blobs, forms with files, streams', async (t) => {
      const { run, client } = await open(t)
      type Echo = { body: string; headers: Record<string, string> }
      const put = async (options: RequestOptions) => (await client.put('/echo', options)).json<Echo>()
      const blob = new Blob(['a blob'], { type: 'text/x-blob' })
      const blobbed = await put({ body: blob })
      assert.deepEqual([blobbed.body, blobbed.headers['content-length']], ['a blob', '6'])
      assert.equal(blobbed.headers['content-type'], 'text/x-blob')
      const form = new FormData()
      form.set('name', 'zwölf')
      form.set('file', new File(['content'], 'a "b".txt', { type: 'text/plain' }))
      for (const options of [{ form }, { body: form }]) {
        const { body, headers } = await put(options)
        const [, boundary] = /^multipart\/form-data; boundary=(.+)$/.exec(headers['content-type'] ?? '') ?? []
        const parts = [
          'Content-Disposition: form-data; name="name"\r\n\r\nzwölf',
          'Content-Disposition: form-data; name="file"; filename="a %22b%22.txt"\r\nContent-Type: text/plain\r\n\r\ncontent',
        ]
        assert.equal(body, `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`)
        assert.equal(headers['content-length'], String(Buffer.byteLength(body)))
      }
      for (const headers of [{ 'Content-Length': 10 }, new Headers({ 'content-length': '10' })]) {
        const streamed = await put({ body: Readable.from(['01234', Buffer.from('56789')]), headers })
        assert.deepEqual([streamed.body, streamed.headers['content-length']], ['0123456789', '10'])
        assert.equal(streamed.headers['transfer-encoding'], undefined)
      }
      const web = new Blob(['of the web']).stream()
      assert.equal((await put({ body: web })).body, 'of the web')
      const counted = await run.assertTruth(target)
      assert.deepEqual([counted.requests, counted.failures], [6, 0])
    })

    test('goes on after every status', async (t) => {
      const { run, client } = await open(t)
      for (const status of [200, 404, 500, 201]) assert.equal((await client.get(`/status/${status}`)).status, status)
      const counted = await run.assertTruth(target)
      assert.deepEqual(counted.errors, { 'GET /status/404: HTTP 404': 1, 'GET /status/500: HTTP 500': 1 })
    })

    test('many at once from one user', async (t) => {
      const { run, client } = await open(t)
      const all = await Promise.all(Array.from({ length: 40 }, (_, i) => client.get(`/delay/${i % 7}`, { name: 'd' })))
      assert.ok(all.every(({ status }) => status === 200))
      const counted = await run.assertTruth(target)
      assert.equal(counted.requests, 40)
    })

    test('decodes, redirects, keeps cookies', async (t) => {
      const { run, client } = await open(t)
      for (const encoding of ['gzip', 'deflate', 'br', 'zstd'])
        assert.equal((await client.get(`/${encoding}`)).json<{ encoding: string }>().encoding, encoding)
      await client.get('/cookies/set?who=me&what=this')
      const sent = (await client.get('/cookies')).json<{ cookies: string }>().cookies
      assert.equal(sent, 'who=me; what=this')
      const arrived = await client.get('/redirect/3')
      assert.deepEqual([arrived.text(), arrived.url], ['arrived', `${target.url}/redirect/0`])
      const counted = await run.assertTruth(target)
      assert.deepEqual([counted.requests, counted.hops, counted.failures], [7, 3, 0])
    })

    test('a timeout is a failure, and the next request works', async (t) => {
      const { run, client } = await open(t)
      const startedAt = performance.now()
      for (const path of ['/never', '/slow-body?ms=25000']) {
        const late = await client.get(path, { timeout: 0.15 })
        assert.deepEqual([late.status, late.ok, late.error?.code], [0, false, 'TIMEOUT'])
        assert.throws(() => late.json(), /no response \(TIMEOUT\)/)
      }
      assert.ok(performance.now() - startedAt < 20_000)
      assert.equal((await client.get('/json')).status, 200)
      const counted = await run.assertTruth(target)
      assert.deepEqual([counted.requests, counted.failures], [3, 2])
    })

    test('what is given up counts apart, and the user may go on', async (t) => {
      const { run, client } = await open(t)
      await client.get('/json')
      const pending = Array.from({ length: 5 }, () => client.get('/never'))
      while ((await target.counts()).total < 6) await new Promise((resolve) => setTimeout(resolve, 5))
      assert.deepEqual(run.waiting(), ['GET /never', 'GET /never', 'GET /never', 'GET /never', 'GET /never'])
      client.abort()
      assert.deepEqual(run.waiting(), [])
      for (const outcome of await Promise.allSettled(pending))
        assert.equal(outcome.status === 'rejected' && outcome.reason.name, 'RequestAborted')
      assert.equal((await client.get('/json')).status, 200)
      const counted = await run.assertTruth(target)
      assert.deepEqual([counted.requests, counted.failures, counted.aborted], [2, 0, 5])
    })

    test('given up before it was sent: not counted at all', async (t) => {
      const { run, client } = await open(t)
      const pending = client.get('/json')
      client.abort()
      await assert.rejects(pending, { name: 'RequestAborted' })
      const counted = await run.assertTruth(target)
      assert.deepEqual([counted.requests, counted.aborted], [0, 0])
    })

    test('given up right after a response, before it was sent: not counted, and never sent', async (t) => {
      const { run, client } = await open(t)
      for (let round = 0; round < 3; round++) {
        await client.get('/json')
        const pending = client.get('/json')
        client.abort()
        await assert.rejects(pending, { name: 'RequestAborted' })
      }
      const counted = await run.assertTruth(target)
      assert.equal(counted.requests, 3)
    })

    test('a body beyond the limit is counted, not kept', async (t) => {
      const { run, client } = await open(t, { maxBodyBytes: 1000 })
      assert.equal((await client.get('/bytes/1000')).bytes().length, 1000)
      const large = await client.get('/bytes/1001')
      assert.equal(large.status, 200)
      assert.throws(() => large.text(), /longer than http.maxBodyBytes \(1000\)/)
      const zipped = await client.get('/gzip')
      assert.throws(() => zipped.json(), /decoded body is longer than http.maxBodyBytes/)
      const counted = await run.assertTruth(target)
      assert.ok(counted.bytes > 2001 && counted.bytes < 3000)
    })

    test('connections broken by the target are failures of one kind, and users go on', async (t) => {
      const { run, client } = await open(t)
      for (let round = 0; round < 3; round++) {
        await client.get('/reset', { name: 'fault' })
        assert.equal((await client.get('/json')).status, 200)
      }
      const counted = await run.assertTruth(target)
      assert.deepEqual([counted.requests, counted.failures], [6, 3])
      assert.equal(Object.keys(counted.errors).length, 1, JSON.stringify(counted.errors))
      assert.doesNotMatch(JSON.stringify(counted.errors), /127\.0|\d{5}/)
    })

    test('closing a user leaves no connection; what is under way ends first', async (t) => {
      const { client } = await open(t)
      const last = client.get('/delay/60')
      client.close()
      assert.equal((await last).status, 200)
      await assert.rejects(client.get('/json'), { name: 'RequestAborted' })
    })
  })
