import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertExit, assertTruth, row } from './assert-truth.ts'
import { runKatydid } from './run-katydid.ts'
import { certificates } from './target/certificates.ts'
import { startProxy } from './target/proxy.ts'
import { startTarget, type Target } from './target/target.ts'

const { files: pem } = certificates()
const target = await startTarget()
after(() => target.close())

/** One user, each task body once. */
const once = (body: string, head = '') => ({
  'once.ts': `
import { check, constant, HttpUser, StopTest, task } from 'katydid'
${head}
export class U extends HttpUser {
  waitTime = constant(0)
  @task async t() {
    const is = (what: string, value: unknown, wanted: unknown) => {
      if (JSON.stringify(value) !== JSON.stringify(wanted)) throw new Error(what + ' is ' + JSON.stringify(value))
    }
    ${body}
    throw new StopTest()
  }
}
`,
})
const one = async (at: Target, body: string, ...flags: string[]) => {
  const run = await runKatydid(['run', 'once.ts', '-H', at.url, '-u', '1', '-t', '60s', ...flags], {
    files: once(body),
  })
  assert.deepEqual(run.result.exceptions, [], JSON.stringify(run.result.errors))
  await assertTruth(run, at)
  return run
}

test('what is sent: methods, json, form, body, headers, query, auth', async () => {
  await target.reset()
  const run = await one(
    target,
    `
    for (const method of ['get', 'post', 'put', 'patch', 'delete', 'options'] as const) {
      const response = await this.client[method]('/echo')
      is('method', response.json<any>().method, method.toUpperCase())
    }
    const head = await this.client.head('/echo')
    is('head', [head.status, head.text()], [200, ''])
    const echo = async (options: object) => (await this.client.request('POST', '/echo', options)).json<any>()
    const json = await echo({ json: { a: [1, 'zwölf'] } })
    is('json', [json.body, json.headers['content-type']], ['{"a":[1,"zwölf"]}', 'application/json'])
    const form = await echo({ form: { a: 'b c', d: '&' } })
    is('form', [form.body, form.headers['content-type']], ['a=b+c&d=%26', 'application/x-www-form-urlencoded'])
    is('body', (await echo({ body: 'plain' })).body, 'plain')
    is('bytes', (await echo({ body: new Uint8Array([104, 105]) })).body, 'hi')
    is('headers', (await echo({ headers: { 'X-Mine': '1' } })).headers['x-mine'], '1')
    is('query', (await echo({ query: { a: 1, b: 'x y' } })).query, { a: '1', b: 'x y' })
    is('auth', (await echo({ auth: ['me', 'secret'] })).headers.authorization, 'Basic ' + Buffer.from('me:secret').toString('base64'))
    const response = await this.client.get('/json')
    is('fields', [response.status, response.ok, response.headers['content-type'], response.text().length], [200, true, 'application/json', 38])
    is('bytes()', response.bytes().length, 38)
    is('time', response.elapsedMs > 0 && response.elapsedMs < 5000, true)
    is('url', response.url.endsWith('/json'), true)
    `,
  )
  assertExit(run, 0)
})

test('each encoding is decoded when the body is read', async () => {
  await target.reset()
  const run = await one(
    target,
    `
    for (const encoding of ['gzip', 'deflate', 'br', 'zstd']) {
      const response = await this.client.get('/' + encoding)
      is(encoding, [response.json<any>().encoding, response.json<any>().words.length], [encoding, 200])
    }
    const unread = await this.client.get('/bad-gzip')
    is('unread', unread.status, 200)
    `,
  )
  assertExit(run, 0)
  assert.ok(row(run, 'GET', '/gzip').bytes < 1000, 'bytes are counted as received')
})

test('cookies are kept for each user', async () => {
  await target.reset()
  const file = `
import { constant, HttpUser, StopUser, task } from 'katydid'
let next = 0
export class U extends HttpUser {
  waitTime = constant(0.01)
  mine = String(next++)
  async onStart() { await this.client.get('/cookies/set?who=' + this.mine, { name: 'set' }) }
  @task async t() {
    const { cookies } = (await this.client.get('/cookies')).json<any>()
    if (cookies !== 'who=' + this.mine) throw new Error(cookies)
  }
}
`
  const run = await runKatydid(['run', 'u.ts', '-H', target.url, '-u', '4', '-r', '40', '-t', '600ms'], {
    files: { 'u.ts': file },
  })
  assertExit(run, 0)
  await assertTruth(run, target)
})

test('redirects are followed and belong to their one request', async () => {
  await target.reset()
  const run = await one(
    target,
    `
    const arrived = await this.client.get('/redirect/3')
    is('arrived', [arrived.status, arrived.text(), new URL(arrived.url).pathname], [200, 'arrived', '/redirect/0'])
    const first = await this.client.get('/redirect/2', { name: 'first', redirect: false, catchResponse: true })
    is('not followed', [first.status, first.headers.location], [302, '/redirect/1'])
    first.success()
    const posted = await this.client.post('/redirect-to?url=/echo&status=302', { json: { a: 1 }, name: '302' })
    is('302 makes a GET', [posted.json<any>().method, posted.json<any>().body], ['GET', ''])
    const kept = await this.client.post('/redirect-to?url=/echo&status=307', { json: { a: 1 }, name: '307' })
    is('307 keeps it', [kept.json<any>().method, kept.json<any>().body], ['POST', '{"a":1}'])
    `,
  )
  assertExit(run, 0)
  assert.deepEqual([row(run, 'GET', '/redirect/3').requests, row(run, 'GET', '/redirect/3').hops], [1, 3])
  assert.equal(row(run, 'GET', 'first').hops, 0)
})

test('a redirect loop is one failure', async () => {
  await target.reset()
  const run = await one(target, `await this.client.get('/redirect-loop')`)
  assertExit(run, 1)
  assert.deepEqual([run.result.totals.requests, run.result.totals.failures], [1, 1])
  assert.match(run.result.errors[0]!.error, /redirect/i)
})

test('HTTPS with our own CA, or unchecked', async (t) => {
  const secure = await startTarget({ protocol: 'https' })
  t.after(() => secure.close())
  const body = `is('status', (await this.client.get('/json')).status, 200)`
  assertExit(await one(secure, body, '--ca', pem.ca), 0)
  await secure.reset()
  assertExit(await one(secure, body, '--insecure'), 0)
})

test('a client certificate is shown where the server asks for one', async (t) => {
  const secure = await startTarget({ protocol: 'https', requireClientCertificate: true })
  t.after(() => secure.close())
  const body = `is('peer', (await this.client.get('/echo')).json<any>().peer, 'katydid client')`
  const flags = ['--ca', pem.ca, '--cert', pem.clientCert, '--key', pem.clientKey]
  assertExit(await one(secure, body, ...flags), 0)
})

for (const [protocol, title] of [
  ['h2', 'over TLS'],
  ['h2c', 'without TLS'],
] as const)
  test(`HTTP/2, ${title}`, async (t) => {
    const two = await startTarget({ protocol })
    t.after(() => two.close())
    const body = `
      is('version', (await this.client.get('/echo')).json<any>().httpVersion, '2.0')
      is('posted', (await this.client.post('/echo', { json: { a: 1 } })).json<any>().body, '{"a":1}')
      is('zipped', (await this.client.get('/br')).json<any>().encoding, 'br')
    `
    const run = await one(two, body, '--ca', pem.ca, '--http2')
    assertExit(run, 0)
    assert.equal((await two.counts()).connections, 1)
  })

test('a proxy, with credentials, in the clear and as a tunnel', async (t) => {
  const proxy = await startProxy({ credentials: 'me:secret' })
  const secure = await startTarget({ protocol: 'https' })
  t.after(() => Promise.all([proxy.close(), secure.close()]))
  await target.reset()
  const uri = proxy.url.replace('//', '//me:secret@')
  const body = `for (let round = 0; round < 3; round++) is('status', (await this.client.get('/json')).status, 200)`
  const run = await runKatydid(['run', 'once.ts', '-H', target.url, '-u', '1', '-t', '60s', '--proxy', uri], {
    files: once(body),
    env: { NO_PROXY: '127.0.0.1' },
  })
  await assertTruth(run, target)
  assertExit(run, 0)
  assert.match(
    run.stdout,
    /NO_PROXY contains 127.0.0.1, but katydid ignores this variable: all requests go through http.proxy/,
  )
  assert.ok(
    !run.stdout.includes('secret') && !JSON.stringify(run.result).includes('me:secret'),
    'the password stays private',
  )
  const clear = proxy.counts()
  assert.ok(clear.forwarded === 3 || clear.tunnels === 1, JSON.stringify(clear))
  assertExit(await one(secure, body, '--proxy', uri, '--ca', pem.ca), 0)
  const { tunnels, forwarded } = proxy.counts()
  assert.ok(tunnels > clear.tunnels && forwarded === clear.forwarded, JSON.stringify(proxy.counts()))
})

test('without a host: absolute URLs are enough, and a path ends the run as broken, with what to say', async () => {
  await target.reset()
  const file = (body: string) => ({
    'u.ts': `import { HttpUser, StopTest, task } from 'katydid'
export class Visitor extends HttpUser { @task async t() { ${body}; throw new StopTest('done') } }`,
  })
  const flags = ['run', 'u.ts', '-u', '1', '-t', '10s']
  const enough = await runKatydid(flags, {
    files: file(`await this.client.get('${target.url}/json')`),
    env: { HTTP_PROXY: 'http://me:pr0xy-word@127.0.0.1:1' },
  })
  assertExit(enough, 0)
  assert.match(enough.stdout, /katydid ignores HTTP_PROXY: requests go directly to .*set --proxy/)
  assert.doesNotMatch(enough.stdout + enough.stderr, /pr0xy-word/)
  await assertTruth(enough, target)
  const missing = await runKatydid(flags, { files: file("await this.client.get('/json')") })
  assertExit(missing, 2)
  assert.match(missing.stdout, /^BROKEN — .*no host for Visitor, .*set --host http:\/\/localhost:8000/m)
  assert.ok(missing.loadedMs < 9_000, 'at its first request')
})

test('a throw in the scope of a response: counted as it stands, and an exception', async () => {
  await target.reset()
  const run = await runKatydid(['run', 'u.ts', '-H', target.url, '-u', '1', '-t', '10s'], {
    files: {
      'u.ts': `import { constant, HttpUser, StopTest, task } from 'katydid'
let round = 0
export class Visitor extends HttpUser {
  waitTime = constant(0)
  @task async t() {
    if (round === 3) throw new StopTest('done')
    using page = await this.client.get(['/json', '/json', '/status/404'][round++]!, { catchResponse: true, name: String(round) })
    if (round === 2) page.failure('mine')
    throw new Error('thrown in its scope')
  }
}`,
    },
  })
  assertExit(run, 1)
  await assertTruth(run, target)
  assert.deepEqual(
    run.result.requests.map(({ name, failures }) => [name, failures]),
    [
      ['1', 0],
      ['2', 1],
      ['3', 1],
    ],
  )
  assert.deepEqual(
    run.result.exceptions.map(({ message, count }) => [message, count]),
    [['Error: thrown in its scope', 3]],
  )
})

test('a timeout, of one request or of the run, is a failure of its own kind', async () => {
  await target.reset()
  const started = `const startedAt = performance.now()`
  const soon = `is('soon', performance.now() - startedAt < 2500, true)`
  const run = await one(
    target,
    `${started}; await this.client.get('/never', { timeout: 0.2 }); await this.client.get('/slow-body?ms=3000', { timeout: 0.2 }); ${soon}`,
  )
  assertExit(run, 1)
  assert.deepEqual([run.result.totals.requests, run.result.totals.failures, run.result.totals.aborted], [2, 2, 0])
  for (const { error } of run.result.errors) assert.match(error, /time/i)
  await target.reset()
  const whole = await one(target, `${started}; await this.client.get('/never'); ${soon}`, '--timeout', '200ms')
  assert.equal(whole.result.totals.failures, 1)
})
