import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { KatydidError } from '../../errors.ts'
import { createOutputs } from '../../outputs/outputs.ts'
import { toPublished } from '../../outputs/published/published.ts'
import { finishOf, intervalOf, planOf, startOf, tenSeconds } from '../../outputs/run.fixture.ts'
import { type HttpLimits, MasterHttp } from './master-http.ts'

const said: string[] = []
const log = {
  info: (line: unknown) => void said.push(String(line)),
  warn: (line: unknown) => void said.push(String(line)),
}
const opened: MasterHttp[] = []
after(() => Promise.all(opened.map((http) => http.close(0))))

async function listen(limits: Partial<HttpLimits> = {}, run?: string) {
  const http = await MasterHttp.listen({ host: '127.0.0.1', port: 0, log, limits, run })
  opened.push(http)
  const get = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${http.url}${path}`, init)
    const text = await response.text()
    return { status: response.status, text, headers: response.headers, json: () => JSON.parse(text) }
  }
  return { http, get }
}

/** A connection of bytes; `said` is everything that came back until it was closed. */
function raw(http: MasterHttp, text: string): { socket: Socket; said: Promise<string> } {
  const socket = connect(http.port, '127.0.0.1')
  const said = new Promise<string>((resolve) => {
    let all = ''
    socket.setEncoding('latin1').on('data', (part: string) => (all += part))
    socket.on('error', () => {})
    socket.on('close', () => resolve(all))
  })
  socket.write(text)
  return { socket, said }
}

async function timed<T>(promise: Promise<T>): Promise<{ ms: number; value: T }> {
  const begun = performance.now()
  const value = await promise
  return { ms: performance.now() - begun, value }
}

test('it is alive before anything is known of the run', async () => {
  const { http, get } = await listen({}, 'run-1')
  const health = await get('/healthz')
  assert.deepEqual([health.status, health.text], [200, 'ok\n'])
  const { status, json } = await get('/verdict')
  assert.equal(status, 202)
  const nothing = { elapsedMs: 0, users: 0, requests: 0, failures: 0 }
  assert.deepEqual(json(), { run: 'run-1', state: 'preparing', ...nothing })
  const result = await get('/result.json')
  assert.equal(result.status, 404)
  assert.match(result.text, /^There is no result until the run is over/)
  assert.match((await get('/')).text, /^katydid master\nThe run is preparing\.\n\nGET \/healthz /)
  assert.ok(said.some((line) => line.includes(http.url)))
})

test('a run from its plan to its verdict, as an output hears it', async () => {
  const { http, get } = await listen()
  const output = http.output(planOf())
  assert.equal((await get('/verdict')).json().state, 'gathering')
  const stats = tenSeconds()
  await output.start?.(startOf(stats))
  for (let second = 0; second < 10; second++) await output.interval?.(intervalOf(second))
  const progress = (await get('/verdict')).json()
  assert.deepEqual([progress.state, progress.users, progress.requests, progress.rps], ['running', 10, 1_001, 100])
  await output.finish?.(finishOf(stats))

  const answer = await get('/verdict')
  assert.equal(answer.status, 200)
  const verdict = answer.json()
  assert.deepEqual([verdict.outcome, verdict.exitCode, verdict.findings.length], ['passed', 0, 3])
  assert.match(verdict.summary, /^PASSED — 1,001 requests, .*\n {2}passed {2}p95 < 300ms: 13 ms\n/)
  assert.equal(verdict.run, progress.run)
  assert.ok(!('result' in verdict))
  const result = await get('/result.json')
  assert.equal(result.headers.get('content-type'), 'application/json; charset=utf-8')
  assert.deepEqual([result.json().totals.requests, result.json().plan.file], [1_001, 'shop.ts'])
  assert.deepEqual((await get('/verdict?result=1')).json().result, result.json())
  assert.match((await get('/')).text, /^katydid master\nPASSED — /)
})

test('the numbers for Prometheus: a state before there is anything else, then the run, then a verdict', async () => {
  const { http, get } = await listen({}, 'shop-1/x')
  const before = await get('/metrics')
  assert.deepEqual(
    [before.status, before.headers.get('content-type')],
    [200, 'text/plain; version=0.0.4; charset=utf-8'],
  )
  assert.match(before.text, /\nkatydid_run_state\{state="preparing"\} 1\n/)
  const [prometheus] = createOutputs(
    { quiet: true, metricsPage: http.metricsPage, plan: planOf() },
    { stdout: process.stdout, stderr: process.stderr },
  )
  const outputs = [prometheus, http.output(planOf())]
  const stats = tenSeconds()
  for (const output of outputs) await output?.start?.(startOf(stats))
  for (const output of outputs) await output?.interval?.(intervalOf(0))
  const during = await get('/metrics')
  assert.match(during.text, /\nkatydid_run_info\{run="shop-1\/x",.* 1\n/)
  assert.match(during.text, /\nkatydid_run_state\{state="running"\} 1\n/)
  assert.match(during.text, /\nkatydid_requests_total\{method="GET",name="\/products"\} 80\n/)
  assert.doesNotMatch(during.text, /\nkatydid_run_verdict /)
  for (const output of outputs) await output?.finish?.(finishOf(stats))
  const after = await get('/metrics')
  assert.match(after.text, /\nkatydid_run_verdict 0\n/)
  assert.match(after.text, /\nkatydid_run_state\{state="finished"\} 1\n/)
  assert.deepEqual(
    [(await get('/metrics', { method: 'HEAD' })).text, (await get('/')).text.includes('/metrics')],
    ['', true],
  )
})

test('of a run that broke before its start, or that an earlier process had, Prometheus gets the verdict', async () => {
  const broken = await listen()
  await broken.http.fail(new Error('x'))
  assert.match((await broken.get('/metrics')).text, /\nkatydid_run_verdict 2\n/)
  const again = await listen()
  again.http.restore(await toPublished(finishOf(tenSeconds()), ['PASSED'], { plan: planOf(), redact: (text) => text }))
  const { text } = await again.get('/metrics')
  assert.match(text, /\nkatydid_run_verdict 0\n/)
  assert.doesNotMatch(text, /katydid_requests_total/, 'this process has measured nothing')
})

test('an answer that cannot be made is 500 and a line in the log, and no rejection for whoever listens to those', async () => {
  const { http, get } = await listen()
  const heard: unknown[] = []
  const hear = (error: unknown) => void heard.push(error)
  process.on('unhandledRejection', hear)
  http.metricsPage.text = () => Promise.reject(new Error('no page today'))
  try {
    const { status } = await get('/metrics', { signal: AbortSignal.timeout(2_000) })
    assert.equal(status, 500)
  } finally {
    process.off('unhandledRejection', hear)
  }
  assert.deepEqual(heard, [])
  assert.ok(said.includes('HTTP: no page today'))
  assert.equal((await get('/healthz')).status, 200)
})

test('files of the run are read by their names, once it is over, and nothing else is', async () => {
  const { http, get } = await listen()
  const dir = mkdtempSync(join(tmpdir(), 'katydid-files-'))
  after(() => rmSync(dir, { recursive: true }))
  const contents = {
    'run_stats.csv': 'Type,Name\n',
    'my junit.xml': '<testsuites/>\n',
    'a.json': '{}\n',
    'r.html': '<p>',
  }
  for (const [name, text] of Object.entries(contents)) writeFileSync(join(dir, name), text)
  writeFileSync(join(dir, 'other.txt'), 'secret')
  http.offerFiles([...Object.keys(contents).map((name) => join(dir, name)), join(dir, 'unwritten.csv'), '/dev/zero'])
  for (const path of ['/files', '/files/a.json']) {
    const { status, text } = await get(path)
    assert.equal(status, 404)
    assert.match(text, /^There are no files until the run is over/)
  }

  await http.fail(new Error('x'))
  assert.deepEqual((await get('/files')).json(), Object.keys(contents))
  const types = ['text/csv', 'application/xml', 'application/json', 'text/html']
  for (const [i, [name, text]] of Object.entries(contents).entries()) {
    const file = await get(`/files/${encodeURIComponent(name)}`)
    assert.deepEqual([file.status, file.text], [200, text])
    assert.equal(file.headers.get('content-type'), `${types[i]}; charset=utf-8`)
  }
  const unknown = [
    'other.txt',
    'unwritten.csv',
    'zero',
    '',
    'a.json/',
    '__proto__',
    '%',
    '%zz',
    '..%2fother.txt',
    '%00',
  ]
  for (const name of [...unknown, encodeURIComponent(join(dir, 'other.txt')), encodeURIComponent(join(dir, 'a.json'))])
    assert.equal((await get(`/files/${name}`)).status, 404, name)
  assert.equal((await get('/files/a.json', { method: 'DELETE' })).status, 405)
  assert.match((await get('/')).text, /GET \/files .*\nGET \/files\/NAME /)
})

test('of a run that wrote no files the list is empty', async () => {
  const { http, get } = await listen()
  await http.fail(new Error('x'))
  assert.deepEqual((await get('/files')).json(), [])
})

test('an error before the run is a broken verdict that is served', async () => {
  const { http, get } = await listen()
  await http.fail(new KatydidError('PLAN', 'no host for U', { hint: 'say --host' }))
  const { outcome, exitCode, findings, summary } = (await get('/verdict')).json()
  assert.deepEqual([outcome, exitCode], ['broken', 2])
  assert.deepEqual(findings, [{ outcome: 'broken', kind: 'plan', text: 'no host for U (say --host)' }])
  assert.equal(summary, 'BROKEN — no requests, 0 ms: no host for U (say --host)\n  no host for U\n    say --host')
  assert.equal((await get('/result.json')).json().verdict.outcome, 'broken')
  assert.equal((await get('/healthz')).status, 200)
})

test('who waits is answered when there is a verdict, or when the time is over', async () => {
  const { http, get } = await listen()
  const short = await timed(get('/verdict?wait=0.3'))
  assert.ok(short.ms >= 290 && short.ms < 2_000, `${short.ms} ms`)
  assert.equal(short.value.status, 202)
  const waiting = Array.from({ length: 20 }, () => timed(get('/verdict?wait=30')))
  await sleep(200)
  await http.fail(new Error('x'))
  for (const { ms, value } of await Promise.all(waiting)) {
    assert.equal(value.status, 200)
    assert.ok(ms < 5_000)
  }
  assert.ok((await timed(get('/verdict?wait=30'))).ms < 1_000, 'nobody waits for what is there')
})

test('what is asked for wrongly is refused in a sentence', async () => {
  const { get } = await listen()
  for (const wait of ['-1', 'soon', 'Infinity', '1e999']) assert.equal((await get(`/verdict?wait=${wait}`)).status, 400)
  for (const path of ['/verdict/', '//', '/etc/passwd', '/__proto__', '/constructor', '/VERDICT', '/%2e%2e/x'])
    assert.equal((await get(path)).status, 404, path)
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    const { status, headers } = await get('/verdict', { method })
    assert.deepEqual([status, headers.get('allow')], [405, 'GET, HEAD'], method)
  }
  const head = await get('/healthz', { method: 'HEAD' })
  assert.deepEqual([head.status, head.text, head.headers.get('content-length')], [200, '', '3'])
  assert.equal((await get('/nowhere', { method: 'POST', body: 'x'.repeat(1_000_000) })).status, 404)
})

test('paths that try to leave are only unknown ones', async () => {
  const { http } = await listen()
  for (const path of ['/../../etc/passwd', '/..%2f..%2fetc/passwd', 'http://elsewhere/verdict', '*', '/\\..\\'])
    assert.match(
      await raw(http, `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`).said,
      /^HTTP\/1.1 40[04] /,
    )
})

test('who sends nothing, too little, too much or nonsense is cut off, and the others are served', async () => {
  const { http, get } = await listen({ headersMs: 300 })
  const { ms, value } = await timed(
    Promise.all(
      [
        '',
        'GET /verdict HT',
        'GET /verdict HTTP/1.1\r\nhost: x\r\nx-a: ',
        'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\nabc',
        `GET / HTTP/1.1\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`,
        '\0\u0001\u0002 nonsense\r\n\r\n',
        'CONNECT x:1 HTTP/1.1\r\nhost: x\r\n\r\n',
      ].map((text) => raw(http, text).said),
    ),
  )
  assert.ok(ms < 5_000, `${ms} ms`)
  assert.doesNotMatch(value.join(''), /HTTP\/1.1 2/)
  assert.equal((await get('/healthz')).status, 200)
})

test('who does not take its answer, or goes silent in a wait, is cut off', async () => {
  const { http } = await listen({ idleMs: 400, answerMs: 400 })
  const output = http.output(planOf())
  const silent = raw(http, 'GET /verdict?wait=60 HTTP/1.1\r\nhost: x\r\n\r\n')
  assert.ok((await timed(silent.said)).ms < 5_000)
  // far more than the buffers between the two take
  const stats = tenSeconds((recorder) => {
    for (let i = 0; i < 300; i++) recorder.request('GET', `/${i}/${'x'.repeat(100_000)}`).success(1, Number.NaN, 1)
  })
  await output.finish?.(finishOf(stats))
  const slow = raw(http, 'GET /result.json HTTP/1.1\r\nhost: x\r\n\r\n')
  slow.socket.pause()
  await sleep(1_500)
  slow.socket.resume()
  assert.ok((await slow.said).length < 20_000_000)
})

const wait60 = 'GET /verdict?wait=60 HTTP/1.1\r\nhost: x\r\n\r\n'

test('however many connect and say nothing, who asks is answered', async () => {
  const { http, get } = await listen({ connections: 20 })
  const silent: Socket[] = []
  for (let i = 0; i < 30; i++) {
    for (let j = 0; j < 10; j++) silent.push(raw(http, j % 2 ? 'GET /' : wait60).socket)
    // a connection that was kept may be one of those that make room
    assert.equal((await get('/healthz', { headers: { connection: 'close' } })).status, 200)
    assert.equal((await get('/verdict', { headers: { connection: 'close' } })).status, 202)
  }
  for (const socket of silent) socket.destroy()
})

test('of more than so many waits for the verdict the rest is told at once how far the run is', async () => {
  const { http, get } = await listen({ waiters: 3 })
  const waiting = Array.from({ length: 3 }, () =>
    raw(http, wait60.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n')),
  )
  // until the three have come this one is one of the three
  const probe = () => get('/verdict?wait=60', { signal: AbortSignal.timeout(500) }).catch(() => undefined)
  let told = await probe()
  for (let i = 0; i < 20 && !told; i++) told = await probe()
  assert.equal(told?.status, 202)
  await http.fail(new Error('x'))
  for (const { said } of waiting) assert.match(await said, /^HTTP\/1.1 20[02] /)
})

test('one answer at a time on a connection: who asks for much and reads nothing holds one, and gets all of it, in order', async () => {
  const { http, get } = await listen({ answerMs: 30_000 })
  let made = 0
  const size = 20_000_000 // far more than the buffers between the two take
  http.metricsPage.text = async () => `${++made};`.padEnd(size, 'x')
  const greedy = Array.from({ length: 3 }, () => raw(http, 'GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(4)))
  for (const { socket } of greedy) socket.pause()
  for (let i = 0; i < 3_000 && made < 3; i++) await sleep(10)
  for (let i = 0; i < 3; i++) await get('/healthz') // what the server still has to do it does before these
  assert.equal(made, 3)
  const [first, ...others] = greedy
  for (const { socket } of others) socket.destroy()
  let length = 0
  const heads: string[] = []
  first!.socket.removeAllListeners('data').on('data', (part: string) => {
    length += part.length
    heads.push(...(part.match(/HTTP\/1.1 \d+|\d+;(?=x)/g) ?? []))
  })
  first!.socket.resume()
  while (length < 4 * size) await new Promise((resolve) => first!.socket.once('data', resolve))
  first!.socket.destroy()
  assert.deepEqual(
    heads.filter((head) => head.startsWith('HTTP')),
    Array(4).fill('HTTP/1.1 200'),
  )
  const numbers = heads.filter((head) => head.endsWith(';')).map((head) => Number.parseInt(head, 10))
  assert.equal(numbers.length, 4)
  assert.ok(
    numbers.every((n, i) => i === 0 || n > (numbers[i - 1] as number)),
    String(numbers),
  )
})

test('requests that are answered at once may be asked for together; who asks for far too much in one go is cut off', async () => {
  const { http, get } = await listen()
  const few = raw(
    http,
    `${'GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(19)}GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
  )
  assert.equal((await few.said).split('HTTP/1.1 200').length - 1, 20)
  const { ms } = await timed(raw(http, 'GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(3_000)).said)
  assert.ok(ms < 5_000, `${ms} ms`)
  assert.equal((await get('/healthz')).status, 200)
})

test('closing ends at once: who waits is answered, who is silent is cut off, and the port is free', async () => {
  const { http, get } = await listen()
  const waiting = get('/verdict?wait=60')
  const idle = raw(http, 'GET / HTTP/1.1\r\n')
  await sleep(100)
  const { ms } = await timed(http.close(100))
  assert.ok(ms < 1_000, `${ms} ms`)
  assert.equal((await waiting).status, 202)
  await idle.said
  await assert.rejects(get('/healthz'))
  await http.close()
  const next = await MasterHttp.listen({ host: '127.0.0.1', port: http.port, log })
  await next.close()
})

test('who waits for the verdict has it also when the master leaves right after it', async () => {
  const { http, get } = await listen()
  const waiting = get('/verdict?wait=60')
  await sleep(100)
  await http.fail(new Error('x'))
  await http.close()
  assert.equal((await waiting).status, 200)
})

test('a port that cannot be had is told in a sentence', async () => {
  const { http } = await listen()
  const refused = (options: { host?: string; port: number }, message: RegExp) =>
    assert.rejects(MasterHttp.listen({ ...options, log }), (error) => {
      assert.ok(error instanceof KatydidError && error.hint, String(error))
      assert.match(error.message, message)
      return true
    })
  await refused({ host: '127.0.0.1', port: http.port }, /^The master cannot serve HTTP on 127.0.0.1:\d+: it is in use$/)
  await refused({ host: '192.0.2.1', port: 0 }, /^The master cannot serve HTTP on 192.0.2.1:0: EADDRNOTAVAIL$/)
  await refused({ port: 65_536 }, /^bad HTTP port 65536$/)
  await refused({ port: Number.NaN }, /^bad HTTP port NaN$/)
})
