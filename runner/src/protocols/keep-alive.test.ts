import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, beforeEach, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { startTarget } from '../../../test/target/target.ts'
import { HttpRun } from './http-run.contract.ts'

const target = await startTarget()
after(() => target.close())
beforeEach(() => target.reset())

test('a user keeps one connection, and each has its own', async (t) => {
  const run = new HttpRun(t)
  const users = Array.from({ length: 5 }, () => run.client(target.url))
  for (let round = 0; round < 4; round++) await Promise.all(users.map((user) => user.get('/json')))
  assert.equal((await target.counts()).connections, 5)
  assert.equal(run.http.sockets.open, 5)
  users[0]!.close()
  assert.equal(run.http.sockets.open, 4)
  await run.assertTruth(target)
})

test('requests at once of one user open more, up to six', async (t) => {
  const run = new HttpRun(t)
  const user = run.client(target.url)
  await Promise.all(Array.from({ length: 20 }, () => user.get('/delay/20')))
  assert.equal((await target.counts()).connections, 6)
  await user.get('/json')
  assert.equal((await target.counts()).connections, 6)
  const counted = await run.assertTruth(target)
  assert.deepEqual([counted.requests, counted.failures], [21, 0])
})

test('shared connections are handed from user to user', async (t) => {
  const run = new HttpRun(t, { connections: 'shared' })
  const users = Array.from({ length: 10 }, () => run.client(target.url))
  for (const user of users) await user.get('/json')
  assert.equal((await target.counts()).connections, 1)
  users[0]!.close()
  await users[1]!.get('/json')
  assert.equal((await target.counts()).connections, 1)
  await run.assertTruth(target)
})

test('without keep-alive nothing stays open', async (t) => {
  const run = new HttpRun(t, { keepAlive: false })
  const user = run.client(target.url)
  for (let round = 0; round < 3; round++) await user.get('/json')
  assert.equal(run.http.sockets.open, 0)
  assert.equal((await target.counts()).connections, 3)
  await run.assertTruth(target)
})

test('connections can be closed between tasks, and cookies stay', async (t) => {
  const run = new HttpRun(t)
  const user = run.client(target.url)
  await user.get('/cookies/set?a=1')
  user.closeConnections()
  assert.equal(run.http.sockets.open, 0)
  assert.equal((await user.get('/cookies')).json<{ cookies: string }>().cookies, 'a=1')
  assert.equal((await target.counts()).connections, 2)
})

test('a target that closes after each answer', async (t) => {
  const run = new HttpRun(t)
  const user = run.client(target.url)
  for (let round = 0; round < 20; round++) assert.equal((await user.get('/close')).status, 200)
  const counted = await run.assertTruth(target)
  assert.deepEqual([counted.requests, counted.failures], [20, 0])
})

/** A server of Node that closes idle connections soon; with or without telling how soon. */
async function impatient(t: TestContext, keepAliveMs: number, tell: boolean) {
  let requests = 0
  const server = http.createServer({ keepAliveTimeout: keepAliveMs, keepAliveTimeoutBuffer: 0 }, (_, response) => {
    requests++
    if (!tell) response.setHeader('keep-alive', '')
    response.end('ok')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen: () => requests }
}

test('idle connections that the target closes are not found out by a failed request', async (t) => {
  const { url, seen } = await impatient(t, 80, false)
  const run = new HttpRun(t)
  const user = run.client(url)
  for (let round = 0; round < 6; round++) {
    assert.equal((await user.get('/')).status, 200)
    await sleep(200)
  }
  const { requests, failures } = run.counted()
  assert.deepEqual([requests, failures, seen()], [6, 0, 6])
})

test('a target’s own idle limit is kept clear of', async (t) => {
  const { url, seen } = await impatient(t, 1000, true) // says timeout=1
  const run = new HttpRun(t)
  const users = Array.from({ length: 20 }, () => run.client(url))
  for (let round = 0; round < 3; round++) {
    // each comes back at another moment around the limit
    await Promise.all(
      users.map(async (user, index) => {
        await user.get('/')
        await sleep(980 + index * 2)
      }),
    )
  }
  const { requests, failures, errors } = run.counted()
  assert.deepEqual([requests, failures, seen()], [60, 0, 60], JSON.stringify(errors))
})

test('what the target did while our loop was busy is seen before the next request is written', async (t) => {
  // in a thread: a busy loop here must not stop the server there
  const worker = new Worker(
    `const http = require('node:http'); const { parentPort } = require('node:worker_threads'); let seen = 0
    const server = http.createServer({ keepAliveTimeout: 300, keepAliveTimeoutBuffer: 0 }, (_, response) => {
      seen++
      response.setHeader('keep-alive', '')
      response.end('ok')
    }).listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
    parentPort.on('message', () => parentPort.postMessage(seen))`,
    { eval: true },
  )
  t.after(() => worker.terminate())
  const [port] = (await once(worker, 'message')) as [number]
  const run = new HttpRun(t)
  const users = Array.from({ length: 5 }, () => run.client(`http://127.0.0.1:${port}`))
  await Promise.all(users.map((user) => user.get('/')))
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_100)
  for (const { status, elapsedMs } of await Promise.all(users.map((user) => user.get('/')))) {
    assert.equal(status, 200)
    assert.ok(elapsedMs < 5_000)
  }
  worker.postMessage('seen?')
  const [seen] = (await once(worker, 'message')) as [number]
  const { requests, failures } = run.counted()
  assert.deepEqual([requests, failures, seen], [10, 0, 10])
})
