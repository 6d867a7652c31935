import assert from 'node:assert/strict'
import { createReadStream, openAsBlob, truncateSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { temporaryFolder } from '../../../test/run-katydid.ts'
import { startProxy } from '../../../test/target/proxy.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import { HttpRun } from './http-run.contract.ts'

/** A target that counts what is uploaded to it, and takes nothing without a length, as S3 and many gateways do. */
async function start(t: TestContext, options: Partial<RunPlan['http']> = {}) {
  const bodies: string[] = []
  const server = http.createServer((request, response) => {
    let bytes = 0
    let text = ''
    const moved = request.url === '/moved'
    request.on('error', () => {})
    request.on('data', (piece: Buffer) => {
      bytes += piece.length
      if (bytes < 1_000) text += piece
    })
    request.on('end', () => {
      bodies.push(text)
      if (moved) response.setHeader('location', '/here')
      response.statusCode = request.headers['content-length'] === undefined ? 411 : moved ? 307 : 200
      response.end(String(bytes))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const run = new HttpRun(t, options)
  return { run, client: run.client(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), bodies }
}

test('a form with a large file is not held in memory', async (t) => {
  const { client } = await start(t)
  const file = `${temporaryFolder()}/large.bin`
  writeFileSync(file, '')
  truncateSync(file, 150_000_000)
  const form = new FormData()
  form.set('note', 'large')
  form.set('file', await openAsBlob(file), 'large.bin')
  const before = process.memoryUsage()
  let most = 0
  const look = setInterval(() => {
    const { arrayBuffers, heapUsed } = process.memoryUsage()
    most = Math.max(most, arrayBuffers + heapUsed - before.arrayBuffers - before.heapUsed)
  }, 5)
  const got = await client.post('/', { form })
  clearInterval(look)
  assert.equal(got.status, 200)
  assert.ok(Number(got.text()) > 150_000_000)
  assert.ok(most < 75_000_000, `${most} bytes held`)
})

test('a stream has the length that its content-length says, or the request fails and nothing else does', async (t) => {
  const proxy = await startProxy()
  t.after(() => proxy.close())
  for (const options of [{}, { proxy: proxy.url }]) {
    const { run, client, bodies } = await start(t, options)
    for (const said of [3, 30]) {
      const stream = Readable.from(['01234', '56789'])
      const got = await client.put('/', { body: stream, headers: { 'content-length': said } })
      assert.deepEqual([got.status, got.error?.code], [0, 'BODY_LENGTH'], `said ${said}`)
      assert.ok(stream.destroyed)
      assert.equal((await client.put('/', { body: 'next' })).text(), '4')
    }
    assert.deepEqual(bodies, ['next', 'next'])
    assert.equal(run.counted().failures, 2)
  }
})

test('a content-length that contradicts a body that is known, or is none, is refused before anything is sent', async (t) => {
  const { client, bodies } = await start(t)
  const header = (length: unknown) => ({ 'content-length': length as string })
  for (const length of [3, '5x', '', '-5', '5.5', '1e1', '99999999999999999'])
    await assert.rejects(client.put('/', { body: 'hello', headers: header(length) }), TypeError)
  await assert.rejects(client.get('/', { headers: header(5) }), { message: /is 5, but the body has 0 bytes/ })
  await assert.rejects(client.put('/', { body: new Blob(['hello']), headers: header(4) }), /has 5 bytes/)
  assert.deepEqual(bodies, [])
  assert.equal((await client.put('/', { body: 'hellö', headers: header(6) })).text(), '6')
  client.headers['content-length'] = '5' // of all requests to come?
  await assert.rejects(client.put('/', { body: 'hello' }), /cannot be set/)
})

test('a redirect sends what can be read again a second time; a stream that is spent is not followed', async (t) => {
  const { run, client, bodies } = await start(t)
  const form = new FormData()
  form.set('a', new Blob(['b']))
  for (const options of [{ body: new Blob(['blob']) }, { form }]) {
    const got = await client.put('/moved', options)
    assert.deepEqual([got.status, bodies.at(-1)], [200, bodies.at(-2)])
  }
  const spent = await client.put('/moved', { body: Readable.from(['once']), headers: { 'content-length': 4 } })
  assert.equal(spent.status, 307)
  assert.deepEqual([run.counted().failures, bodies.length], [0, 5])
})

test('bytes in every form that fetch takes', async (t) => {
  const { client, bodies } = await start(t)
  const bytes = Buffer.from('abcdefgh')
  const forms = [
    bytes,
    new Uint8Array(bytes),
    new DataView(bytes.buffer, bytes.byteOffset, 8),
    new Uint8Array(bytes).buffer,
    new Blob(['abcd', 'efgh']),
    new File(['abcdefgh'], 'a.txt'),
  ]
  for (const body of forms) assert.equal((await client.put('/', { body })).text(), '8')
  assert.ok(bodies.every((body) => body === 'abcdefgh'))
  assert.equal((await client.put('/', { body: new URLSearchParams({ a: 'ü' }) })).text(), String('a=%C3%BC'.length))
  for (const body of [5, true, { a: 1 }, [1], Promise.resolve('a'), () => 'a'])
    await assert.rejects(client.put('/', { body: body as never }), TypeError)
})

test('a source that fails is the failure, under its own code', async (t) => {
  const { run, client } = await start(t)
  const missing = await client.put('/', { body: createReadStream('/nowhere/at/all'), headers: { 'content-length': 5 } })
  assert.equal(missing.error?.code, 'ENOENT')
  assert.equal((await client.put('/', { body: 'next' })).text(), '4')
  assert.equal(run.counted().failures, 1)
})
