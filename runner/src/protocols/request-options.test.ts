import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { startTarget } from '../../../test/target/target.ts'
import type { RequestOptions } from './http-options.ts'
import { HttpRun } from './http-run.contract.ts'

const target = await startTarget()
after(() => target.close())

interface Echo {
  method: string
  url: string
  query: Record<string, string>
  headers: Record<string, string>
  body: string
}

test('each kind of body and its content type', async (t) => {
  const client = new HttpRun(t).client(target.url)
  const sent = async (options: RequestOptions) => {
    const { body, headers } = (await client.post('/echo', options)).json<Echo>()
    return [body, headers['content-type']]
  }
  assert.deepEqual(await sent({ json: [1, 'zwölf'] }), ['[1,"zwölf"]', 'application/json'])
  assert.deepEqual(await sent({ json: null }), ['null', 'application/json'])
  const urlencoded = 'application/x-www-form-urlencoded'
  assert.deepEqual(await sent({ form: { a: 'b c', d: ['&', 2], no: undefined } }), ['a=b+c&d=%26&d=2', urlencoded])
  assert.deepEqual(await sent({ form: new URLSearchParams('x=1') }), ['x=1', urlencoded])
  assert.deepEqual(await sent({ body: 'plain' }), ['plain', undefined])
  assert.deepEqual(await sent({ body: '', headers: { 'Content-Type': 'text/x' } }), ['', 'text/x'])
  assert.deepEqual(await sent({ body: new Uint8Array([104, 105]) }), ['hi', undefined])
  assert.deepEqual(await sent({ body: Readable.from(['a', 'b']) }), ['ab', undefined])
  assert.deepEqual(await sent({ json: {}, headers: { 'content-type': 'application/vnd.x+json' } }), [
    '{}',
    'application/vnd.x+json',
  ])
})

test('a FormData goes as multipart, files and all', async (t) => {
  const client = new HttpRun(t).client(target.url)
  const form = new FormData()
  form.set('a', '1')
  form.set('file', new File(['content'], 'f.txt', { type: 'text/plain' }))
  const { body, headers } = (await client.post('/echo', { form })).json<Echo>()
  const boundary = /^multipart\/form-data; boundary=(.+)$/.exec(headers['content-type']!)![1]!
  const parsed = await new Response(body, { headers: { 'content-type': headers['content-type']! } }).formData()
  assert.ok(body.includes(boundary))
  assert.equal(parsed.get('a'), '1')
  const file = parsed.get('file') as File
  assert.deepEqual([file.name, file.type, await file.text()], ['f.txt', 'text/plain', 'content'])
})

test('query, default names, and names given', async (t) => {
  const run = new HttpRun(t)
  await target.reset()
  const client = run.client(target.url)
  const asked = async (path: string, options?: RequestOptions) => (await client.get(path, options)).json<Echo>().query
  assert.deepEqual(await asked('/echo?a=1'), { a: '1' })
  assert.deepEqual(await asked('/echo?a=1', { query: { b: 'x y', c: 2 } }), { a: '1', b: 'x y', c: '2' })
  assert.deepEqual(await asked('/echo', { query: '?q=ü', name: 'named' }), { q: 'ü' })
  await client.get(`${target.url}/echo`)
  {
    using _ = client.renameRequest('renamed')
    await client.get('/echo')
    await client.get('/echo', { name: 'its own' })
  }
  await client.get('/echo')
  const { names } = await run.assertTruth(target)
  assert.deepEqual(names, [
    'GET /echo?a=1',
    'GET /echo?a=1&b=x+y&c=2',
    'GET named',
    `GET ${target.url}/echo`,
    'GET renamed',
    'GET its own',
    'GET /echo',
  ])
})

test('paths: a prefix of the host, what must be escaped, fragments', async (t) => {
  const run = new HttpRun(t)
  const urlOf = async (host: string, path: string) => (await run.client(host).get(path)).json<Echo>().url
  assert.equal(await urlOf(`${target.url}/echo/`, '/a'), '/echo/a')
  assert.equal(await urlOf(`${target.url}/echo`, 'b'), '/echo/b')
  assert.equal(await urlOf(`${target.url}/echo`, '?c=1'), '/echo/?c=1')
  assert.equal(await urlOf(target.url, '/echo/ä b"\r\nX: y#fragment'), '/echo/%C3%A4%20b%22%0D%0AX:%20y')
  assert.equal(await urlOf(target.url, '/echo/%20?a=%2F'), '/echo/%20?a=%2F')
})

test('default headers of a client, of a request, and taking one away', async (t) => {
  const client = new HttpRun(t).client(target.url)
  const sent = async (headers?: RequestOptions['headers']) =>
    (await client.get('/echo', headers ? { headers } : undefined)).json<Echo>().headers
  const plain = await sent()
  assert.deepEqual(Object.keys(plain), ['host', 'connection', 'user-agent', 'accept', 'accept-encoding'])
  const { headers } = client
  headers['X-Tenant'] = 'blue'
  assert.equal((await sent())['x-tenant'], 'blue')
  headers['X-Tenant'] = 'green'
  assert.equal((await sent({ 'x-other': 7 }))['x-tenant'], 'green')
  const mixed = await sent({ 'X-TENANT': 'red', Accept: null })
  assert.deepEqual([mixed['x-tenant'], mixed.accept], ['red', undefined])
  delete headers['X-Tenant']
  assert.equal((await sent())['x-tenant'], undefined)
})

test('authentication: of a request, of the client, of the host', async (t) => {
  const run = new HttpRun(t)
  const basic = `Basic ${Buffer.from('me:se:cret').toString('base64')}`
  const client = run.client(target.url)
  const sent = async (options?: RequestOptions) =>
    (await client.get('/echo', options)).json<Echo>().headers.authorization
  assert.equal(await sent({ auth: { username: 'me', password: 'se:cret' } }), basic)
  assert.equal(await sent({ auth: ['me', 'se:cret'] }), basic)
  assert.equal(await sent({ auth: { bearer: 'token' } }), 'Bearer token')
  assert.equal(await sent(), undefined)
  client.auth = { bearer: 'mine' }
  assert.equal(await sent(), 'Bearer mine')
  assert.equal(await sent({ auth: null }), undefined)
  const withUser = run.client(target.url.replace('//', '//me:se%3Acret@'))
  assert.equal((await withUser.get('/echo')).json<Echo>().headers.authorization, basic)
  assert.ok(!(await withUser.get('/echo')).url.includes('cret'))
})

const wrong: [string, string | undefined, string, object, RegExp][] = [
  ['no host', undefined, '/x', {}, /"\/x", but there is no host/],
  ['a URL that is none', target.url, 'http://', {}, /not an http or https URL/],
  ['a URL without slashes', target.url, 'http:127.0.0.1/x', {}, /not an http or https URL/],
  ['a URL with one slash', target.url, 'HTTPS:/x', {}, /not an http or https URL/],
  [
    'a URL of another kind',
    target.url,
    'ftp://x/y',
    {},
    /"ftp:\/\/x\/y" is not possible: this is not an http or https URL/,
  ],
  ['a URL that is none, without its password', undefined, 'http://a:pass@', {}, /to "http:\/\/" is not possible/],
  [
    'a percent sign in a name',
    undefined,
    'http://50%:x@127.0.0.1/',
    {},
    /percent sign that is not part of an encoded character/,
  ],
  ['a line break in a password', undefined, 'http://me:x%0A@127.0.0.1/', {}, /line break/],
  ['two bodies', target.url, '/x', { json: 1, body: 'x' }, /more than one body/],
  ['an object as body', target.url, '/x', { body: {} }, /body is an object; .* json or form/],
  ['a line break in a header', target.url, '/x', { headers: { a: 'b\r\nc: d' } }, /"a" cannot be sent/],
  ['a header name with a space', target.url, '/x', { headers: { 'a b': 'c' } }, /"a b" cannot be sent/],
  [
    'a framing header',
    target.url,
    '/x',
    { headers: { 'Transfer-Encoding': 'chunked' } },
    /"Transfer-Encoding" cannot be set/,
  ],
  ['a bad timeout', target.url, '/x', { timeout: 'soon' }, /timeout is "soon"; give a number of seconds/],
  ['a timeout of nothing', target.url, '/x', { timeout: 0 }, /timeout is 0/],
  ['a bad redirect', target.url, '/x', { redirect: -1 }, /redirect is -1/],
]
for (const [what, host, path, options, message] of wrong)
  test(`refused: ${what}`, async (t) => {
    await target.reset()
    const run = new HttpRun(t)
    await assert.rejects(
      run.client(host).get(path, options as RequestOptions),
      (error: Error & { hint?: string }) => message.test(error.message) && error.hint !== undefined,
    )
    const counted = await run.assertTruth(target)
    assert.equal(counted.requests, 0)
  })

test('refused: a method that is none', async (t) => {
  await assert.rejects(new HttpRun(t).client(target.url).request('GET /x', '/'), {
    name: 'TypeError',
    hint: /use GET/,
  })
})

for (const host of ['localhost:8000', 'ftp://x', 'http://', 'not a host'])
  test(`refused: the host ${host}`, (t) => {
    assert.throws(() => new HttpRun(t).client(host), { name: 'KatydidError', message: /is not an http or https URL/ })
  })
