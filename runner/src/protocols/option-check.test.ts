import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startTarget } from '../../../test/target/target.ts'
import type { RequestOptions } from './http-options.ts'
import { HttpRun } from './http-run.contract.ts'
import { checkOptions, optionNames } from './option-check.ts'

const target = await startTarget()
after(() => target.close())

interface Echo {
  url: string
  body: string
  headers: Record<string, string>
}

const refused: [what: string, options: unknown, message: RegExp][] = [
  ['data, as in Locust', { data: { user: 'ann' } }, /unknown request option "data"; use json .* form .* body/],
  ['params, as in Locust and axios', { params: { q: 1 } }, /"params"; use query/],
  ['allow_redirects, as in Locust', { allow_redirects: false }, /"allow_redirects"; use redirect: false/],
  ['catch_response, as in Locust', { catch_response: true }, /use catchResponse: true/],
  ['verify, as in Locust', { verify: false }, /--insecure .*--ca/],
  ['files, as in requests', { files: {} }, /FormData/],
  ['tags, as in k6', { tags: { name: 'x' } }, /use name .* context/],
  ['responseType, as in k6', { responseType: 'none' }, /use response\.json\(\)/],
  ['signal, as in fetch', { signal: AbortSignal.abort() }, /use timeout/],
  ['credentials, as in fetch', { credentials: 'include' }, /client.cookies/],
  ['method, as in fetch', { method: 'PUT' }, /client.request\('PUT'/],
  ['validateStatus, as in axios', { validateStatus: () => true }, /catchResponse: true/],
  ['baseURL, as in axios', { baseURL: 'x' }, /client.baseUrl/],
  ['another case', { catchresponse: true }, /did you mean catchResponse/],
  ['a slip', { jsn: {} }, /did you mean json/],
  ['a slip beside what is right', { json: {}, header: {} }, /did you mean headers/],
  ['of no tool', { json: {}, zzzzzz: 1 }, /"zzzzzz"; use one of json, form, body/],
  [
    'a body as second argument',
    { userName: 'ann', age: 3 },
    /put a body into json, form or body: \{ json: \{ userName: … \} \}/,
  ],
  ['of a prototype', Object.create({ data: 1 }), /"data"/],
  ['a name that every object has', { constructor: 1 }, /unknown request option "constructor"/],
  ['text as second argument', 'user=ann', /second argument of a request is text; give options/],
  ['empty text', '', /second argument/],
  ['a number as second argument', 0, /second argument of a request is a number/],
  ['a list', [], /second argument of a request is a list/],
  ['a Map', new Map([['a', 1]]), /second argument of a request is a Map/],
  ['URLSearchParams', new URLSearchParams('a=1'), /a URLSearchParams/],
  ['FormData', new FormData(), /a FormData/],
  ['Headers', new Headers(), /a Headers/],
  ['bytes', Buffer.from('x'), /a Buffer/],
  ['a Promise', Promise.resolve({}), /a Promise: write await before it/],
  ['a number as name', { name: 5 }, /option name is a number; give text/],
  ['text as catchResponse', { catchResponse: 'true' }, /catchResponse is text; give true or false/],
  ['text as context', { context: 'x' }, /context is text/],
  ['a Map as json', { json: new Map() }, /json is a Map; use Object.fromEntries/],
  ['a Set as json', { json: new Set() }, /use \[\.\.\.set\]/],
  ['a Promise as json', { json: Promise.resolve(1) }, /json is a Promise: write await before it/],
  ['FormData as json', { json: new FormData() }, /json is a FormData/],
  ['bytes as json', { json: Buffer.from('{}') }, /json is a Buffer/],
  ['a function as json', { json: () => 1 }, /json is a function/],
  ['a list as body', { body: [1] }, /body is a list; .*json or form/],
  ['a number as body', { body: 1 }, /body is a number/],
  ['text as headers', { headers: 'a: b' }, /headers is text; give an object, Headers, a Map or pairs/],
  ['a list of texts as headers', { headers: ['a', 'b'] }, /headers is a list/],
  ['an object as header', { headers: { a: {} } }, /"a" cannot be sent: it is an object/],
  ['a number as query', { query: 5 }, /query is or has a number/],
  ['text as auth', { auth: 'me:pw' }, /auth is text; give \{ username, password \}/],
  ['auth of axios, misspelt', { auth: { user: 'me', pass: 'x' } }, /auth is an object of an unknown form/],
  ['a token that is undefined', { auth: { bearer: undefined } }, /a bearer that is undefined; give text/],
  ['a number as password', { auth: ['me', 5] }, /a password that is a number/],
  ['a token with a line break', { auth: { bearer: 'tok3n\n' } }, /"authorization" cannot be sent/],
  ['a password with a line break', { auth: ['me', 'pw\r\n'] }, /"authorization" cannot be sent/],
  ['a pair as timeout', { timeout: [3, 5] }, /timeout is a list; give a number of seconds/],
  ['NaN as timeout', { timeout: Number.NaN }, /timeout is NaN/],
  ['endless timeout', { timeout: Number.POSITIVE_INFINITY }, /timeout is Infinity/],
  ['half a redirect', { redirect: 1.5 }, /redirect is 1.5/],
  ['a function, as callbacks were', () => {}, /second argument of a request is a function/],
  ['none as timeout', { timeout: null }, /timeout is null/],
  ['fetch’s error as redirect', { redirect: 'error' }, /redirect is "error"; give true, false/],
]
for (const [what, options, message] of refused)
  test(`refused: ${what}`, async (t) => {
    const run = new HttpRun(t)
    await assert.rejects(run.client(target.url).post('/echo', options as RequestOptions), (error: Error) => {
      assert.ok(error instanceof TypeError && (error as { hint?: string }).hint, String(error))
      assert.match(error.message, message)
      return true
    })
    assert.equal(run.counted().requests, 0)
  })

test('every option of the type is known, and undefined is none of them given', () => {
  for (const name of optionNames) checkOptions({ [name]: undefined })
  assert.equal(optionNames.length, 12)
})

test('refused: a name to be counted under that is none', (t) => {
  const client = new HttpRun(t).client(target.url)
  for (const name of [undefined, 5, ''])
    assert.throws(() => client.renameRequest(name as string), {
      name: 'TypeError',
      message: /^renameRequest\(\) is given/,
    })
})

test('refused: paths that are none, and a third argument', async (t) => {
  const client = new HttpRun(t).client(target.url)
  const get = client.get.bind(client) as (...given: unknown[]) => Promise<unknown>
  for (const path of [undefined, null, 5, {}, ['/'], new Request('http://x/')])
    await assert.rejects(get(path), { name: 'TypeError', message: /^the path of a request is .*; give text or a URL/ })
  await assert.rejects(get(undefined, { name: 'x' }), { name: 'TypeError' })
  await assert.rejects(get('/echo', null, { headers: {} }), {
    message: /third argument; put body and headers into the second/,
  })
  await assert.rejects(get('/echo', {}, {}), { name: 'TypeError' })
})

test('what other tools write and means one thing is taken', async (t) => {
  const client = new HttpRun(t).client(target.url)
  const sent = async (options: RequestOptions | null) =>
    (await client.post('/echo', options as RequestOptions)).json<Echo>()
  assert.equal((await client.get(new URL('/echo/x?y', target.url))).json<Echo>().url, '/echo/x?y')
  const pairs = [['X-Token', 't']] as const
  for (const headers of [new Headers(pairs as never), new Map(pairs), pairs, { 'x-token': ['t'] }, { 'x-token': 't' }])
    assert.equal((await sent({ headers })).headers['x-token'], 't')
  assert.equal((await sent({ headers: { 'x-token': ['a', 'b'], 'X-Flag': true } })).headers['x-token'], 'a, b')
  assert.equal((await sent({ query: [['q', '1']] })).url, '/echo?q=1')
  assert.equal((await sent({ query: { f: { id: 1 } } })).url, '/echo?f%5Bid%5D=1')
  assert.equal((await sent({ query: 'q=#1' })).url, '/echo?q=%231')
  assert.equal((await sent({ form: 'a=1&b=2' })).headers['content-type'], 'application/x-www-form-urlencoded')
  const nothing = { form: null, body: null, query: null, headers: null, context: null, name: null, json: undefined }
  assert.equal((await sent(nothing)).headers['content-length'], '0')
  assert.equal((await sent(null)).body, '')
  assert.equal((await sent(Object.create({ body: 'inherited' }))).body, 'inherited')
  assert.equal((await sent({ json: new (class Cart { items = 2 })() })).body, '{"items":2}') // biome-ignore format: a row
  assert.equal((await sent({ json: new Date(0) })).body, '"1970-01-01T00:00:00.000Z"')
  assert.equal((await client.get('/redirect/1', { redirect: 'manual' })).status, 302)
  assert.equal((await client.get('/redirect/1', { redirect: 'follow' })).text(), 'arrived')
})

test('settings that sessions of other tools have are refused, and those of ours checked where they are set', async (t) => {
  const client = new HttpRun(t).client(target.url)
  const set = (name: string, value: unknown) => Object.assign(client, { [name]: value })
  assert.throws(() => set('verify', false), { name: 'TypeError', message: /^a client has no verify; .*--insecure/ })
  assert.throws(() => set('timeout', 5), { message: /no timeout; .*--timeout .*set timeout in a request/ })
  assert.throws(() => set('proxies', {}), { message: /--proxy/ })
  assert.throws(() => set('base_url', 'http://x'), { message: /client.baseUrl/ })
  assert.throws(() => set('auth', 'me:pw'), { message: /auth is text/ })
  assert.throws(() => set('auth', { bearer: 'x\n' }), { message: /"authorization" cannot be sent/ })
  assert.throws(() => set('headers', 'a: b'), { message: /headers is text/ })
  assert.throws(() => set('headers', { a: 'b\n' }), { message: /"a" cannot be sent/ })
  client.headers = new Headers({ 'X-Tenant': 'blue' })
  client.headers['x-other'] = '1'
  const { headers } = (await client.get('/echo')).json<Echo>()
  assert.deepEqual([headers['x-tenant'], headers['x-other']], ['blue', '1'])
  client.headers = {}
  assert.equal((await client.get('/echo')).json<Echo>().headers['x-tenant'], undefined)
})
