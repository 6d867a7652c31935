import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CookieJar } from './cookies.ts'
import type { HttpOrigin } from './origin.ts'

const origin = (url: string): HttpOrigin => {
  const { protocol, hostname, origin: href } = new URL(url)
  return { href, secure: protocol === 'https:', target: { host: hostname } } as HttpOrigin
}
const shop = origin('https://www.shop.example')

/** What is sent to `url` after `from` has set the cookies. */
function sent(setCookie: string | string[], url: string, from = 'https://www.shop.example/a/b'): string {
  const jar = new CookieJar(() => shop)
  jar.receive([setCookie].flat(), origin(from), new URL(from).pathname)
  return jar.header(origin(url), new URL(url).pathname)
}

const rows: [what: string, setCookie: string | string[], url: string, expected: string][] = [
  ['same host', 'a=1', 'https://www.shop.example/a/c', 'a=1'],
  ['host only: not to subdomains', 'a=1', 'https://x.www.shop.example/a/', ''],
  ['host only: not upwards', 'a=1', 'https://shop.example/a/', ''],
  ['a domain: to siblings', 'a=1; Domain=.shop.example', 'https://api.shop.example/a/', 'a=1'],
  ['a domain: to itself', 'a=1; domain=SHOP.example', 'https://shop.example/a/', 'a=1'],
  ['not a domain that only ends alike', 'a=1; Domain=shop.example', 'https://badshop.example/a/', ''],
  ['refused: a foreign domain', 'a=1; Domain=other.example', 'https://other.example/a/', ''],
  ['refused: a top-level domain', 'a=1; Domain=example', 'https://www.shop.example/a/', ''],
  ['default path: the folder', 'a=1', 'https://www.shop.example/b', ''],
  ['default path: not a longer name', 'a=1', 'https://www.shop.example/ab', ''],
  ['a path', 'a=1; Path=/', 'https://www.shop.example/b', 'a=1'],
  ['a path: folders below', 'a=1; Path=/x', 'https://www.shop.example/x/y', 'a=1'],
  ['a path: not a longer name', 'a=1; Path=/x', 'https://www.shop.example/xy', ''],
  ['secure: not in the clear', 'a=1; Secure', 'http://www.shop.example/a/', ''],
  ['secure: over TLS', 'a=1; Secure', 'https://www.shop.example/a/', 'a=1'],
  ['max-age 0 is no cookie', 'a=1; Max-Age=0', 'https://www.shop.example/a/', ''],
  [
    'max-age before expires',
    'a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=9',
    'https://www.shop.example/a/',
    'a=1',
  ],
  ['expires in the past', 'a=1; Expires=Thu, 01-Jan-1970 00:00:00 GMT', 'https://www.shop.example/a/', ''],
  ['expires in the future', 'a=1; Expires=Fri, 01 Jan 2100 00:00:00 GMT', 'https://www.shop.example/a/', 'a=1'],
  ['the newer value', ['a=1', 'a=2'], 'https://www.shop.example/a/', 'a=2'],
  ['deleted by expiry', ['a=1', 'a=; Max-Age=-1'], 'https://www.shop.example/a/', ''],
  ['longer paths first', ['a=1; Path=/', 'b=2; Path=/a'], 'https://www.shop.example/a/', 'b=2; a=1'],
  ['equals signs and quotes stay', 'a="x=y"', 'https://www.shop.example/a/', 'a="x=y"'],
  ['expires without a zone', 'a=1; Expires=Thu, 01 Jan 1970 00:00:00', 'https://www.shop.example/a/', ''],
  ['a date that is none', 'a=1; Expires=0', 'https://www.shop.example/a/', 'a=1'],
  ['an empty domain', 'a=1; Domain=', 'https://www.shop.example/a/', 'a=1'],
  ['a path that is none', 'a=1; Path=x', 'https://www.shop.example/a/', 'a=1'],
  ['a max-age that is none', 'a=1; Max-Age=0x0', 'https://www.shop.example/a/', 'a=1'],
  ['an empty value', 'a=', 'https://www.shop.example/a/', 'a='],
  ['bytes that are not ASCII', 'a=\xc3\xa0', 'https://www.shop.example/a/', 'a=\xc3\xa0'],
  ['a line break in it', 'a=b\nX-Evil: 1', 'https://www.shop.example/a/', ''],
  ['longer than browsers take', `a=${'x'.repeat(4096)}`, 'https://www.shop.example/a/', ''],
  ['as long as browsers take', `a=${'x'.repeat(4095)}`, 'https://www.shop.example/a/', `a=${'x'.repeat(4095)}`],
  ['__Secure- without Secure', '__Secure-a=1', 'https://www.shop.example/a/', ''],
  ['__Secure- with it', '__Secure-a=1; Secure', 'https://www.shop.example/a/', '__Secure-a=1'],
  ['__Host- with a domain', '__Host-a=1; Secure; Path=/; Domain=shop.example', 'https://www.shop.example/a/', ''],
  ['__Host-', '__Host-a=1; Secure; Path=/', 'https://www.shop.example/a/', '__Host-a=1'],
  ['nonsense is ignored', ['nonsense', '=x', ''], 'https://www.shop.example/a/', ''],
]
for (const [what, setCookie, url, expected] of rows) test(what, () => assert.equal(sent(setCookie, url), expected))

test('an address has no subdomains', () => {
  assert.equal(sent('a=1; Domain=0.0.1', 'http://127.0.0.1/', 'http://127.0.0.1/'), '')
  assert.equal(sent('a=1', 'http://127.0.0.1/', 'http://127.0.0.1/'), 'a=1')
})

test('an insecure origin cannot set a secure cookie', () => {
  assert.equal(sent('a=1; Secure; Path=/', 'https://www.shop.example/', 'http://www.shop.example/'), '')
})

test('an insecure origin cannot replace what was set over TLS', () => {
  const jar = new CookieJar(() => shop)
  jar.receive(['sid=1; Secure; Path=/; Domain=shop.example'], shop, '/')
  for (const text of ['sid=2; Path=/', 'sid=2; Path=/a', 'sid=; Path=/; Domain=shop.example; Max-Age=0'])
    jar.receive([text], origin('http://www.shop.example'), '/a/b')
  assert.equal(jar.header(shop, '/a'), 'sid=1')
})

for (const host of ['localhost', 'shop.localhost', '127.0.0.1', '127.1.2.3', '[::1]'])
  test(`Secure on loopback: ${host}`, () => {
    const url = `http://${host.replace(/^\[|\]$/g, '')}`
    const here = { ...origin('http://localhost'), target: { host: url.slice(7) } } as HttpOrigin
    const jar = new CookieJar(() => here)
    jar.receive(['sid=1; Path=/; Secure; HttpOnly'], here, '/')
    assert.equal(jar.header(here, '/'), 'sid=1')
    assert.equal(jar.get('sid'), '1')
    assert.equal(jar.header(origin('http://127.0.0.1.shop.example'), '/'), '')
  })

for (const host of ['localhost.example', '127.0.0.1.example', 'notlocalhost', '128.0.0.1'])
  test(`Secure is refused in the clear: ${host}`, () =>
    assert.equal(sent('a=1; Secure; Path=/', `http://${host}/`, `http://${host}/`), ''))

test('a Secure cookie that came in the clear is told', () => {
  let refused = 0
  const jar = new CookieJar(
    () => shop,
    () => refused++,
  )
  jar.receive(['a=1; Secure'], shop, '/')
  jar.receive(['b=1'], origin('http://www.shop.example'), '/')
  assert.equal(refused, 0)
  jar.receive(['c=1; Secure'], origin('http://www.shop.example'), '/')
  assert.equal(refused, 1)
})

test('what is set by a task: no line breaks, no second cookie, and only what a jar knows', () => {
  const jar = new CookieJar(() => shop)
  const set = jar.set.bind(jar) as (...given: unknown[]) => void
  for (const [name, value] of [
    ['a', 'b\n'],
    ['a', 'b\r\nX-Evil: 1'],
    ['a', 'b; c=d'],
    ['a', '€'],
    ['a=b', 'c'],
    ['', 'c'],
    ['a\n', 'c'],
    ['a', undefined],
    ['a', {}],
    [5, 'c'],
  ])
    assert.throws(() => set(name, value), { name: 'TypeError', message: /^the header "cookie" cannot be sent/ })
  assert.throws(() => set('a', 'b', { expires: 1 }), {
    message: /unknown option "expires" of a cookie; use domain or path/,
  })
  assert.throws(() => set('a', 'b', { path: 'x' }), { message: /path of a cookie/ })
  assert.throws(() => set('a', 'b', { domain: 5 }), { message: /domain of a cookie is a number/ })
  set('n', 5)
  assert.equal(jar.header(shop, '/'), 'n=5')
})

test('get says what would be sent', () => {
  const jar = new CookieJar(() => shop)
  jar.set('elsewhere', 'x', { domain: 'other.example' })
  jar.receive(['gone=1; Max-Age=1'], shop, '/')
  assert.deepEqual([jar.get('elsewhere'), jar.get('gone')], [undefined, '1'])
})

test('a task sets, gets and clears', () => {
  const jar = new CookieJar(() => shop)
  jar.set('token', 'x')
  jar.set('deep', 'y', { path: '/deep' })
  assert.deepEqual([jar.get('token'), jar.get('none'), jar.size], ['x', undefined, 2])
  assert.equal(jar.header(shop, '/deep/er?q=1'), 'deep=y; token=x')
  assert.deepEqual([jar.get('deep', '/'), jar.get('deep', '/deep')], [undefined, 'y'])
  jar.clear('token')
  assert.equal(jar.header(shop, '/'), '')
  jar.clear()
  assert.equal(jar.size, 0)
})
