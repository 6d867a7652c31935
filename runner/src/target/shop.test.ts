import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { request } from 'undici'
import { KatydidError } from '../errors.ts'
import { shopRoutes } from './routes.ts'
import { Sessions } from './sessions.ts'
import { startShop } from './shop.ts'

async function shopFor(t: { after(close: () => Promise<void>): void }, options = {}) {
  const shop = await startShop({ latencyMs: 0, ...options })
  t.after(() => shop.close(0))
  return shop
}

test('a visit from the list to the checkout', async (t) => {
  const { url } = await shopFor(t)
  const list = (await (await fetch(`${url}/products`)).json()) as { id: number; name: string; price: number }[]
  assert.equal(list.length, 20)
  assert.deepEqual(Object.keys(list[0]!), ['id', 'name', 'price'])
  assert.equal((await fetch(`${url}/products/123`)).status, 200)
  assert.equal((await fetch(`${url}/products/9999`)).status, 404)
  assert.equal((await fetch(`${url}/checkout`, { method: 'POST' })).status, 409)

  const login = await fetch(`${url}/login`, { method: 'POST', body: new URLSearchParams({ username: 'ada' }) })
  const cookie = login.headers.get('set-cookie')!.split(';')[0]!
  assert.match(cookie, /^session=/)
  const added = await fetch(`${url}/cart/add/1`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    body: JSON.stringify({ quantity: 2 }),
  })
  assert.equal(added.status, 201)
  assert.equal(added.headers.get('set-cookie'), null, 'the session it has is kept')
  const cart = await (await fetch(`${url}/cart`, { headers: { cookie } })).json()
  assert.deepEqual(cart, { items: [{ ...list[0], quantity: 2 }], total: 11.9 })
  const order = await fetch(`${url}/checkout`, { method: 'POST', headers: { cookie } })
  assert.deepEqual([order.status, await order.json()], [201, { ordered: 1, total: 11.9, user: 'ada' }])
})

test('the documentation has every request that it answers', () => {
  const page = readFileSync(new URL('../../docs/command-line.md', import.meta.url), 'utf8')
  const [, section = ''] = page.split('## Requests of the demo shop')
  const rows = [...section.matchAll(/^\| `((?:GET|POST) [^`]+)`/gm)].map(([, request]) => request)
  assert.deepEqual(rows, Object.keys(shopRoutes(new Sessions())))
})

test('counts every request by method and route, but not the look at the counts', async (t) => {
  const { url, counts } = await shopFor(t)
  for (const path of ['/', '/health', '/products/1', '/products/2', '/nowhere', '/elsewhere']) await fetch(url + path)
  const seen = (await (await fetch(`${url}/__counts`)).json()) as ReturnType<typeof counts>
  assert.equal(seen.total, 6)
  assert.deepEqual(seen.byRoute, { 'GET /': 1, 'GET /health': 1, 'GET /products/:id': 2, 'GET (other)': 2 })
  assert.deepEqual(seen.byStatus, { 200: 4, 404: 2 })
})

test('gzip only when asked', async (t) => {
  const { url } = await shopFor(t)
  const plain = await request(`${url}/products`)
  const packed = await request(`${url}/products`, { headers: { 'accept-encoding': 'br, gzip' } })
  assert.equal(plain.headers['content-encoding'], undefined)
  assert.equal(packed.headers['content-encoding'], 'gzip')
  assert.equal(gunzipSync(Buffer.from(await packed.body.arrayBuffer())).toString(), await plain.body.text())
})

test('the error ratio is the share of 500s', async (t) => {
  const { url, counts } = await shopFor(t, { errorRatio: 1 })
  await fetch(url)
  assert.deepEqual(counts().byStatus, { 500: 1 })
})

test('a body that is not what it says, or too long, is refused', async (t) => {
  const { url } = await shopFor(t)
  const headers = { 'content-type': 'application/json' }
  const post = async (path: string, body: string) => (await fetch(url + path, { method: 'POST', headers, body })).status
  assert.equal(await post('/login', '{ not json'), 400)
  assert.equal(await post('/login', 'null'), 400)
  assert.equal(await post('/cart/add/1', '{"quantity": -1}'), 400)
  assert.equal(await post('/login', 'x'.repeat(200_000)), 413)
})

test('a port in use is an error with a way out', async (t) => {
  const { port } = await shopFor(t)
  await assert.rejects(startShop({ port }), (error) => {
    assert.ok(error instanceof KatydidError)
    assert.equal(error.message, `The shop cannot listen on 127.0.0.1:${port}: the port is in use`)
    assert.equal(error.hint, 'choose another with --port, or --port 0 for any free one')
    return true
  })
})

test('close lets the request under way finish', async () => {
  const shop = await startShop({ latencyMs: 20 })
  const answers = Array.from({ length: 5 }, () => fetch(shop.url))
  while (shop.counts().total < 5) await new Promise((resolve) => setTimeout(resolve, 1))
  await shop.close()
  for (const answer of answers) assert.equal((await answer).status, 200)
  await assert.rejects(fetch(shop.url))
})

test('sessions are bounded and the ones in use stay', () => {
  const sessions = new Sessions(3)
  const [first, second] = [sessions.open(), sessions.open()]
  sessions.open()
  assert.equal(sessions.find(`a=b; session=${first.id}`), first)
  sessions.open()
  assert.equal(sessions.size, 3)
  assert.equal(sessions.find(`session=${second.id}`), undefined)
  assert.equal(sessions.find(`session=${first.id}`), first)
})
