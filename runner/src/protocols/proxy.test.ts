import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { certificates } from '../../../test/target/certificates.ts'
import { startProxy } from '../../../test/target/proxy.ts'
import { startSocks } from '../../../test/target/socks.ts'
import { startTarget } from '../../../test/target/target.ts'
import { redact } from '../secrets/redactions.ts'
import { Meter, Schedule } from '../stats/meter.ts'
import { Recorder } from '../stats/recorder.ts'
import { HttpProtocol } from './http-protocol.ts'
import { defaults, HttpRun } from './http-run.contract.ts'

const target = await startTarget()
const secure = await startTarget({ protocol: 'https' })
after(() => Promise.all([target.close(), secure.close()]))
beforeEach(() => Promise.all([target.reset(), secure.reset()]))
const { ca } = certificates().files

for (const scheme of ['socks5', 'socks5h', 'socks'])
  test(`${scheme}: by name, in the clear and with TLS, and connections are kept`, async (t) => {
    const proxy = await startSocks()
    t.after(() => proxy.close())
    const run = new HttpRun(t, { proxy: proxy.url.replace('socks5', scheme), ca })
    const client = run.client(`http://shop.test:${target.port}`)
    for (let round = 0; round < 3; round++) assert.equal((await client.get('/json')).status, 200)
    assert.equal((await client.post('/echo', { json: { a: 1 } })).json<{ body: string }>().body, '{"a":1}')
    assert.equal((await client.get(`https://localhost:${secure.port}/json`)).status, 200)
    assert.deepEqual(proxy.asked, [`shop.test:${target.port}`, `localhost:${secure.port}`])
    assert.equal(proxy.refused(), 0)
    assert.equal(run.counted().failures, 0)
  })

test('SOCKS with a name and a password, as they are meant', async (t) => {
  const proxy = await startSocks({ credentials: 'me:s3cr@t' })
  t.after(() => proxy.close())
  const through = (user: string) => new HttpRun(t, { proxy: proxy.url.replace('//', `//${user}@`) }).client(target.url)
  assert.equal((await through('me:s3cr%40t').get('/json')).status, 200)
  assert.equal(redact('s3cr@t s3cr%40t'), '[redacted] [redacted]')
  const refused = await through('me:wrong-one').get('/json', { timeout: 5 })
  assert.deepEqual([refused.status, refused.error?.code], [0, 'UND_ERR_SOCKS5_AUTH_FAILED'])
  assert.equal(proxy.refused(), 1)
})

test('a SOCKS proxy that is not there, and one that is none', async (t) => {
  const http = await startProxy()
  t.after(() => http.close())
  const nobody = new HttpRun(t, { proxy: 'socks5://127.0.0.1:1' }).client(target.url)
  assert.equal((await nobody.get('/json', { timeout: 5 })).error?.code, 'ECONNREFUSED')
  const none = new HttpRun(t, { proxy: http.url.replace('http', 'socks5') }).client(target.url)
  assert.equal((await none.get('/json', { timeout: 2 })).status, 0)
})

test('a header that undici refuses is the failure of its request, and the user goes on', async (t) => {
  const proxy = await startProxy()
  t.after(() => proxy.close())
  const run = new HttpRun(t, { proxy: proxy.url })
  const client = run.client(target.url)
  for (let round = 0; round < 2; round++) {
    const answer = await client.get('/json', { headers: { 'Proxy-Authorization': 'Basic x' } })
    assert.equal(answer.error?.code, 'UND_ERR_INVALID_ARG')
    assert.equal((await client.get('/json')).status, 200)
  }
  assert.equal(run.counted().failures, 2)
})

test('a proxy that refuses is told apart from the target', async (t) => {
  const proxy = await startProxy({ credentials: 'me:secret' })
  t.after(() => proxy.close())
  const run = new HttpRun(t, { proxy: proxy.url, ca })
  for (const host of [target.url, secure.url])
    assert.equal((await run.client(host).get('/json')).error?.code, 'PROXY_407', host)
  assert.equal((await target.counts()).total, 0)
})

for (const [proxy, message] of [
  ['proxy:3128', /http.proxy/],
  ['socks4://proxy:1080', /does not support socks4:\/\/ proxies/],
  ['socks4a://proxy:1080', /does not support socks4a:\/\//],
  ['ftp://proxy', /does not support ftp:\/\//],
  ['http://me:50%off@proxy:3128', /percent sign that is not part of an encoded character/],
  ['socks5://me:50%off@proxy:3128', /percent sign that is not part of an encoded character/],
] as const)
  test(`refused before the run: the proxy ${proxy}`, (t) => {
    assert.throws(() => new HttpRun(t, { proxy }), { name: 'KatydidError', message, hint: /./ })
    assert.throws(
      () => new HttpRun(t, { proxy }),
      (error: Error) => !/50|me:/.test(error.message),
    )
  })

test('refused: HTTP/2 through SOCKS', (t) => {
  assert.throws(() => new HttpRun(t, { proxy: 'socks5://127.0.0.1:1', http2: true }), /HTTP\/2 does not work through/)
})

const warned = (hosts: string[], env: Record<string, string>, proxy?: string) => {
  const http = new HttpProtocol({ ...defaults, proxy }, new Meter(new Recorder()), env)
  const warnings: string[] = []
  http.onWarning = (text) => warnings.push(text)
  for (const host of hosts) for (let user = 0; user < 2; user++) http.client({ host, schedule: new Schedule() })
  return warnings
}

test('proxies of the environment are not used, and that is said once for each target', () => {
  const url = 'http://me:s3cret@proxy:3128'
  const [one, ...more] = warned(['https://shop.test'], { HTTPS_PROXY: url })
  assert.match(
    one!,
    /^katydid ignores HTTPS_PROXY: requests go directly to https:\/\/shop.test\. .*--proxy "\$HTTPS_PROXY"/,
  )
  assert.doesNotMatch(one!, /s3cret/)
  assert.deepEqual(more, [])
  assert.match(warned(['http://shop.test'], { http_proxy: url })[0]!, /^katydid ignores http_proxy/)
  assert.match(warned(['http://127.0.0.1:8000'], { HTTP_PROXY: url })[0]!, /directly to http:\/\/127.0.0.1:8000/)
  assert.match(warned(['http://shop.test'], { ALL_PROXY: url })[0]!, /^katydid ignores ALL_PROXY/)
})

const quiet: [what: string, hosts: string[], env: Record<string, string>][] = [
  ['nothing said', ['https://shop.test'], {}],
  ['empty', ['https://shop.test'], { HTTPS_PROXY: '' }],
  ['of the other scheme', ['http://shop.test'], { HTTPS_PROXY: 'http://p' }],
  [
    'excepted loopback',
    ['http://localhost', 'http://[::1]:8000'],
    { HTTP_PROXY: 'http://p', NO_PROXY: 'localhost,::1' },
  ],
  ['excepted by name', ['http://shop.test'], { HTTP_PROXY: 'http://p', NO_PROXY: 'x, shop.test' }],
  ['excepted by domain', ['http://a.shop.test'], { HTTP_PROXY: 'http://p', no_proxy: '.shop.test' }],
  ['excepted by port', ['http://shop.test:81'], { HTTP_PROXY: 'http://p', no_proxy: 'shop.test:81' }],
  ['excepted by address', ['http://[fe80::1]'], { HTTP_PROXY: 'http://p', no_proxy: 'fe80::1' }],
  ['everything excepted', ['http://shop.test'], { HTTP_PROXY: 'http://p', no_proxy: '*' }],
]
for (const [what, hosts, env] of quiet)
  test(`nothing to say of the environment: ${what}`, () => assert.deepEqual(warned(hosts, env), []))

test('NO_PROXY beside a proxy of the plan is ignored, and that is said', () => {
  const env = { NO_PROXY: 'shop.test,other' }
  const [one] = warned(['http://shop.test', 'http://third'], env, 'http://proxy:3128')
  assert.match(
    one!,
    /^NO_PROXY contains shop.test, but katydid ignores this variable: all requests go through http.proxy/,
  )
  for (const except of ['badshop.test', 'op.test', 'shop.test:81', 'test.shop'])
    assert.deepEqual(warned(['http://shop.test'], { NO_PROXY: except }, 'http://proxy:3128'), [])
})
