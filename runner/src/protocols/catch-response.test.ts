import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { startTarget } from '../../../test/target/target.ts'
import { Schedule } from '../stats/meter.ts'
import { HttpRun } from './http-run.contract.ts'

const target = await startTarget()
after(() => target.close())
beforeEach(() => target.reset())

test('counted when its scope ends, as its task says', async (t) => {
  const run = new HttpRun(t)
  const client = run.client(target.url)
  {
    using good = await client.get('/json', { catchResponse: true, name: 'a' })
    assert.equal(run.counted().requests, 0)
    good.failure('no products')
  }
  assert.deepEqual(run.counted().errors, { 'GET a: no products': 1 })
  {
    using bad = await client.get('/status/500', { catchResponse: true, name: 'b' })
    bad.success()
  }
  {
    using _ = await client.get('/status/404', { catchResponse: true, name: 'c' })
  }
  {
    using changed = await client.get('/json', { catchResponse: true, name: 'd' })
    changed.failure('first')
    changed.failure(new Error('refused by 10.0.0.1:8080'))
  }
  const { requests, failures, errors } = await run.assertTruth(target)
  assert.deepEqual([requests, failures], [4, 3])
  assert.equal(errors['GET c: HTTP 404'], 1)
  assert.deepEqual(
    Object.keys(errors).filter((key) => /first|\d+\.\d+/.test(key)),
    [],
  )
})

test('never disposed: counted at the end of the task, with one warning for the run', async (t) => {
  const run = new HttpRun(t)
  const warnings: string[] = []
  run.http.onWarning = (text) => warnings.push(text)
  const client = run.client(target.url)
  for (let task = 0; task < 3; task++) {
    await client.get('/json', { catchResponse: true })
    const second = await client.get('/json', { catchResponse: true, name: 'second' })
    second.failure('mine')
    client.finishTask()
  }
  client.finishTask()
  assert.equal(warnings.length, 1)
  assert.match(warnings[0]!, /catchResponse/)
  const { requests, failures } = await run.assertTruth(target)
  assert.deepEqual([requests, failures], [6, 3])
})

test('deciding too late, or about what was counted at once, is a mistake that is told', async (t) => {
  const client = new HttpRun(t).client(target.url)
  const plain = await client.get('/json')
  assert.throws(() => plain.failure('x'), {
    name: 'KatydidError',
    message: /failure\(\) was called too late: GET \/json/,
  })
  const caught = await client.get('/json', { catchResponse: true })
  caught[Symbol.dispose]()
  caught[Symbol.dispose]()
  assert.throws(() => caught.success(), { name: 'KatydidError' })
})

test('listeners get the response, context, url and exception; nobody else pays for them', async (t) => {
  const run = new HttpRun(t)
  run.listen()
  const schedule = new Schedule()
  const client = run.client(target.url, { schedule, context: () => ({ user: 7, tenant: 'blue' }) })
  schedule.intendedAt = performance.now() - 50
  const answer = await client.get('/json', { context: { tenant: 'green' } })
  {
    using second = await client.get('/json', { catchResponse: true })
    second.failure(new TypeError('wrong'))
  }
  const [first, caught] = run.samples
  assert.deepEqual(
    [first!.method, first!.name, first!.url, first!.bytes, first!.error],
    ['GET', '/json', `${target.url}/json`, answer.bytes().length, undefined],
  )
  assert.deepEqual(first!.context, { user: 7, tenant: 'green' })
  assert.equal(first!.response, answer)
  assert.ok(first!.scheduledMs! >= 50 && first!.scheduledMs! - first!.durationMs >= 49)
  assert.equal(caught!.scheduledMs, undefined, 'only the first request of an iteration has an intended start')
  assert.ok(caught!.exception instanceof TypeError)
  assert.equal(caught!.error, 'wrong')
})

test('the debugger sees what was sent and what came, hops too', async (t) => {
  const run = new HttpRun(t)
  const seen: string[] = []
  const client = run.client(target.url, {
    trace: ({ requestHead, requestBody, response, url, hop }) =>
      seen.push(
        `${requestHead.split('\r\n')[0]} ${requestBody ?? '-'} ${response.status} ${new URL(url).pathname} ${hop}`,
      ),
  })
  await client.get('/redirect/1')
  await client.post('/echo', { json: 1 })
  await client.get('/reset-before')
  assert.deepEqual(seen, [
    'GET /redirect/1 HTTP/1.1 - 302 /redirect/1 true',
    'GET /redirect/0 HTTP/1.1 - 200 /redirect/0 false',
    'POST /echo HTTP/1.1 1 200 /echo false',
    'GET /reset-before HTTP/1.1 - 0 /reset-before false',
  ])
})
