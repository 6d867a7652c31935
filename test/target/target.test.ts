import assert from 'node:assert/strict'
import http2 from 'node:http2'
import { after, test } from 'node:test'
import { Agent, fetch, ProxyAgent, request } from 'undici'
import { Lateness } from '../lateness.ts'
import { certificates } from './certificates.ts'
import { sleep } from './exchange.ts'
import { startProxy } from './proxy.ts'
import { startTarget } from './target.ts'

const target = await startTarget()
after(() => target.close())

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    ({ cause, code, name }: { name: string; code?: string; cause?: { code?: string } }) => cause?.code ?? code ?? name,
  )
const get = (path: string) => request(target.url + path).then(({ body }) => body.text())

test('counts by method and path, connections and 100 ms bins', async () => {
  await target.reset()
  const agent = new Agent({ connections: 1 })
  for (let round = 0; round < 3; round++)
    await (await fetch(`${target.url}/json?n=${round}`, { dispatcher: agent })).text()
  await (await fetch(`${target.url}/echo`, { dispatcher: agent, method: 'POST', body: 'hello' })).text()
  const counts = await target.settled()
  await agent.close()
  assert.deepEqual(counts.byPath, { 'GET /json': 3, 'POST /echo': 1 })
  assert.deepEqual([counts.total, counts.answered, counts.cutOff, counts.connections], [4, 4, 0, 1])
  assert.equal(
    counts.bins.counts.reduce((sum, count) => sum + count, 0),
    4,
  )
})

test('answers as asked', async () => {
  assert.equal((await request(`${target.url}/status/418`)).statusCode, 418)
  assert.equal((await get('/bytes/1000')).length, 1000)
  assert.equal(await get('/chunked'), 'one two three')
  const echo = (await (await fetch(`${target.url}/echo?a=1`, { method: 'PUT', body: 'b' })).json()) as object
  assert.partialDeepStrictEqual(echo, { method: 'PUT', query: { a: '1' }, body: 'b' })
  for (const encoding of ['gzip', 'deflate', 'br', 'zstd']) {
    const { headers, body } = await request(`${target.url}/${encoding}`)
    assert.equal(headers['content-encoding'], encoding)
    await body.dump()
  }
  assert.equal(await (await fetch(`${target.url}/redirect/3`)).text(), 'arrived')
  assert.equal((await request(`${target.url}/close`)).headers.connection, 'close')
  assert.equal((await request(`${target.url}/nowhere`)).statusCode, 404)
})

test('faults look as they should from outside', async () => {
  assert.equal(await codeOf(get('/reset')), 'ECONNRESET')
  assert.equal(await codeOf(get('/reset-before')), 'ECONNRESET')
  assert.equal(await codeOf(get('/malformed')), 'HTTPParserError')
  assert.equal(await codeOf(get('/bad-header')), 'HTTPParserError')
  assert.equal(await codeOf(get('/bad-length')), 'UND_ERR_SOCKET')
  assert.equal(await codeOf(get('/hangup')), 'UND_ERR_SOCKET')
  await assert.rejects(request(`${target.url}/never`, { signal: AbortSignal.timeout(50) }), { name: 'TimeoutError' })
  const { body } = await request(`${target.url}/endless`)
  let bytes = 0
  for await (const chunk of body) if ((bytes += (chunk as Buffer).length) > 5_000_000) break
  assert.ok(bytes > 5_000_000)
})

test('the known delays are between 20 and 500 ms and are logged beside the time they took', async () => {
  await target.reset()
  await Promise.all(Array.from({ length: 40 }, () => get('/delay/known')))
  await Promise.all(Array.from({ length: 10 }, () => get('/delay/uniform/20/40')))
  const log = await target.log()
  assert.equal(log.length, 50)
  for (const { sleptMs, serviceMs } of log) {
    assert.ok(sleptMs! >= 20 && sleptMs! <= 500, `slept ${sleptMs}`)
    assert.ok(serviceMs >= sleptMs! - 2, `slept ${sleptMs}, served in ${serviceMs}`)
  }
})

test('freeze stops everything for that long; hold goes on counting', async () => {
  const late = new Lateness()
  await target.reset()
  const frozen = target.freeze(300)
  await sleep(20)
  const began = performance.now()
  await get('/')
  assert.ok(performance.now() - began > 200, 'no answer while frozen')
  await frozen
  await target.hold(1_000)
  const held = get('/')
  await sleep(100)
  assert.equal((await target.counts()).total, 2)
  assert.equal((await target.counts()).answered, 1)
  await held
  await target.freezeEvery(300, 100)
  await sleep(700)
  await target.freezeEvery(0, 0)
  const { freezes } = await target.counts()
  assert.ok(freezes.length >= 3)
  for (const { fromMs, untilMs } of freezes.slice(1)) assert.ok(Math.abs(untilMs - fromMs - 100) < 30 + late.ms)
  assert.ok(Math.abs(freezes[2]!.untilMs - freezes[1]!.untilMs - 300) < 30 + late.ms)
})

test('https with our CA, and with a client certificate', async (t) => {
  const { ca, client, stranger } = certificates()
  const secure = await startTarget({ protocol: 'https', requireClientCertificate: true })
  t.after(() => secure.close())
  const as = (connect: object) =>
    request(`${secure.url}/echo`, { dispatcher: new Agent({ connect: { ca, ...connect } }) })
  const { peer } = (await (await as({ cert: client.cert, key: client.key })).body.json()) as { peer: string }
  assert.equal(peer, 'katydid client')
  await assert.rejects(as({}))
  await assert.rejects(as({ cert: stranger.cert, key: stranger.key }))

  for (const [certificate, code] of [
    ['expired', 'CERT_HAS_EXPIRED'],
    ['wrongHost', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['selfSigned', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ] as const) {
    const bad = await startTarget({ protocol: 'https', certificate })
    t.after(() => bad.close())
    assert.equal(await codeOf(request(bad.url, { dispatcher: new Agent({ connect: { ca } }) })), code)
  }
})

test('HTTP/2 with and without TLS', async (t) => {
  for (const protocol of ['h2', 'h2c'] as const) {
    const two = await startTarget({ protocol })
    t.after(() => two.close())
    const session = http2.connect(two.url, { ca: certificates().ca })
    const stream = session.request({ ':path': '/echo' })
    let text = ''
    for await (const chunk of stream) text += chunk
    assert.equal((JSON.parse(text) as { httpVersion: string }).httpVersion, '2.0')
    session.destroy()
    assert.equal((await two.settled()).total, 1)
  }
})

test('the proxy forwards, tunnels, counts and can ask for credentials', async (t) => {
  const proxy = await startProxy({ credentials: 'me:secret' })
  t.after(() => proxy.close())
  const uri = proxy.url.replace('//', '//me:secret@')
  const through = (options: ProxyAgent.Options) => fetch(`${target.url}/json`, { dispatcher: new ProxyAgent(options) })
  assert.equal((await through({ uri, proxyTunnel: true })).status, 200)
  assert.equal((await through({ uri, proxyTunnel: false })).status, 200)
  await assert.rejects(through({ uri: proxy.url, proxyTunnel: true }))
  assert.deepEqual(proxy.counts(), { forwarded: 1, tunnels: 1, refused: 1 })
})
