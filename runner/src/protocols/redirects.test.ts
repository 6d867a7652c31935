import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, beforeEach, test } from 'node:test'
import { startTarget } from '../../../test/target/target.ts'
import { HttpRun } from './http-run.contract.ts'

const target = await startTarget()
const other = await startTarget()
after(() => Promise.all([target.close(), other.close()]))
beforeEach(() => Promise.all([target.reset(), other.reset()]))

interface Echo {
  method: string
  body: string
  headers: Record<string, string>
}
const to = (url: string, status: number) => `/redirect-to?url=${encodeURIComponent(url)}&status=${status}`

for (const [status, sent, method, body] of [
  [301, 'POST', 'GET', ''],
  [302, 'POST', 'GET', ''],
  [302, 'PUT', 'PUT', '{"a":1}'],
  [303, 'PUT', 'GET', ''],
  [307, 'POST', 'POST', '{"a":1}'],
  [308, 'PATCH', 'PATCH', '{"a":1}'],
] as const)
  test(`${status} after ${sent} is a ${method}`, async (t) => {
    const run = new HttpRun(t)
    const answer = await run.client(target.url).request(sent, to('/echo', status), { json: { a: 1 }, name: 'r' })
    const echo = answer.json<Echo>()
    assert.deepEqual([echo.method, echo.body], [method, body])
    assert.equal(echo.headers['content-type'], body === '' ? undefined : 'application/json')
    const counted = await run.assertTruth(target)
    assert.deepEqual([counted.requests, counted.hops, counted.names], [1, 1, [`${sent} r`]])
  })

test('to another origin: own connection, no credentials, its own Host', async (t) => {
  const run = new HttpRun(t)
  const client = run.client(target.url)
  client.cookies.set('session', 'secret')
  const answer = await client.get(to(`${other.url}/echo`, 302), { auth: ['me', 'pw'], headers: { 'x-kept': '1' } })
  assert.equal(answer.url, `${other.url}/echo`)
  const { headers } = answer.json<Echo>()
  assert.deepEqual([headers.host, headers['x-kept']], [new URL(other.url).host, '1'])
  assert.equal(headers.authorization, undefined)
  const back = (await client.get(to('/echo', 302), { auth: ['me', 'pw'] })).json<Echo>()
  assert.ok(back.headers.authorization, 'kept on the same origin')
  assert.equal(back.headers.cookie, 'session=secret')
  const counted = run.counted()
  const seen = (await target.settled()).total + (await other.settled()).total
  assert.equal(seen, counted.requests + counted.hops)
})

test('cookies set by a hop are sent to the next', async (t) => {
  const client = new HttpRun(t).client(target.url)
  await client.get('/cookies/set?a=1')
  assert.equal((await client.get(to('/cookies', 302))).json<{ cookies: string }>().cookies, 'a=1')
})

test('the time of a request is that of all its hops', async (t) => {
  const run = new HttpRun(t)
  const answer = await run.client(target.url).get(to('/delay/60', 302))
  assert.ok(answer.elapsedMs >= 59, `${answer.elapsedMs} ms`)
})

test('not followed, or only so often', async (t) => {
  const run = new HttpRun(t)
  const client = run.client(target.url)
  const first = await client.get('/redirect/2', { redirect: false })
  assert.deepEqual([first.status, first.ok, first.headers.Location], [302, true, '/redirect/1'])
  const enough = await client.get('/redirect/2', { redirect: 2 })
  assert.equal(enough.text(), 'arrived')
  const short = await client.get('/redirect/3', { redirect: 2 })
  assert.deepEqual([short.status, short.ok, short.error?.code], [0, false, 'TOO_MANY_REDIRECTS'])
  const counted = await run.assertTruth(target)
  assert.deepEqual([counted.requests, counted.hops, counted.failures], [3, 4, 1])
})

test('a loop ends, and is one failure', async (t) => {
  const run = new HttpRun(t, { maxRedirects: 5 })
  await run.client(target.url).get('/redirect-loop')
  const counted = await run.assertTruth(target)
  assert.deepEqual([counted.requests, counted.hops], [1, 5])
  assert.deepEqual(counted.errors, { 'GET /redirect-loop: TOO_MANY_REDIRECTS': 1 })
})

test('a body that was streamed cannot be sent again: the redirect is the answer', async (t) => {
  const run = new HttpRun(t)
  const answer = await run.client(target.url).post(to('/echo', 307), { body: Readable.from(['x']) })
  assert.equal(answer.status, 307)
  await run.assertTruth(target)
})

test('given up on the way: hops and the one aborted make up what was seen', async (t) => {
  const run = new HttpRun(t)
  const client = run.client(target.url)
  const pending = client.get(to('/never', 302))
  while ((await target.counts()).total < 2) await new Promise((resolve) => setTimeout(resolve, 5))
  client.abort()
  await assert.rejects(pending, { name: 'RequestAborted' })
  const counted = await run.assertTruth(target)
  assert.deepEqual([counted.requests, counted.hops, counted.aborted], [0, 1, 1])
})

test('a location that leads nowhere is just an answer', async (t) => {
  const run = new HttpRun(t)
  const answer = await run.client(target.url).get(to('mailto:me@example.com', 302))
  assert.equal(answer.status, 302)
  await run.assertTruth(target)
})
