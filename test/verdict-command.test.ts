import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import schema from '../runner/result.schema.json' with { type: 'json' }
import { type Awaited, awaitVerdict, type Waiting } from '../runner/src/cli/await-verdict.ts'
import { parseMasterAddress } from '../runner/src/cli/master-address.ts'
import { KatydidError, type Outcome } from '../runner/src/errors.ts'
import { MasterHttp } from '../runner/src/master/http/master-http.ts'
import {
  finding,
  finishOf,
  intervalOf,
  passed,
  planOf,
  startOf,
  tenSeconds,
} from '../runner/src/outputs/run.fixture.ts'
import { runKatydid, startKatydid } from './run-katydid.ts'

const log = { info: () => {}, warn: () => {} }
const masters: MasterHttp[] = []
after(() => Promise.all(masters.map((master) => master.close(0))))

/** A master without a run: what it is told is what it serves. */
async function master(port = 0): Promise<MasterHttp> {
  const http = await MasterHttp.listen({ host: '127.0.0.1', port, log })
  masters.push(http)
  return http
}

async function finish(http: MasterHttp, outcome: Outcome = 'passed'): Promise<void> {
  const exitCode = { passed: 0, failed: 1, broken: 2 }[outcome]
  const findings = [finding(outcome, `p95 < 300ms: ${outcome}`)]
  const verdict = outcome === 'passed' ? passed : { outcome, exitCode, findings }
  await http.output(planOf()).finish?.(finishOf(tenSeconds(), { verdict }))
}

async function begin(http: MasterHttp): Promise<void> {
  const output = http.output(planOf())
  const stats = tenSeconds()
  await output.start?.(startOf(stats))
  for (let second = 0; second < 10; second++) await output.interval?.(intervalOf(second))
}

const startVerdict = (http: { port: number }, ...flags: string[]) =>
  startKatydid(['verdict', '--master', `127.0.0.1:${http.port}`, ...flags])
const verdict = (http: { port: number }, ...flags: string[]) => startVerdict(http, ...flags).done

/** The command's waiting in this process, with times of its own. */
function waitFor(http: { port: number }, more: Partial<Waiting> = {}): { said: string[]; awaited: Promise<Awaited> } {
  const said: string[] = []
  const awaited = awaitVerdict({
    master: parseMasterAddress(`127.0.0.1:${http.port}`, '--master', 8089),
    timeoutMs: 20_000,
    result: false,
    say: (line) => void said.push(line),
    signal: AbortSignal.timeout(30_000),
    ...more,
  })
  awaited.catch(() => {}) // told where it is awaited
  return { said, awaited }
}

const why = async (awaited: Promise<Awaited>) => {
  const answer = await awaited
  assert.equal(answer.kind, 'none')
  return answer.kind === 'none' ? answer.why : ''
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; !holds(); i++) {
    assert.ok(i < 3_000, 'it did not happen within 60 s')
    await sleep(20)
  }
}

async function freePort(): Promise<number> {
  const http = await MasterHttp.listen({ host: '127.0.0.1', port: 0, log })
  await http.close()
  return http.port
}

/** Anything that is no katydid master. */
async function stranger(listener: RequestListener, port = 0): Promise<{ port: number; close(): void }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { port: (server.address() as AddressInfo).port, close }
}

/** Passes a question on to a master, and its answer back. */
const through =
  (http: MasterHttp): RequestListener =>
  async (request, response) => {
    const answer = await fetch(`${http.url}${request.url}`)
    response.writeHead(answer.status).end(await answer.text())
  }

describe('a run that is named by its token', { concurrency: 3 }, () => {
  const named = async (run: string, port = 0) => {
    const http = await MasterHttp.listen({ host: '127.0.0.1', port, log, run: `${run}/some-process` })
    masters.push(http)
    return http
  }

  test('is the one whose verdict it is', async () => {
    const http = await named('r1-a')
    await finish(http, 'failed')
    assert.equal((await verdict(http, '--run-token', 'r1-a')).exitCode, 1)
  })

  test('has no verdict where the master has another, however well that went', async () => {
    const http = await named('r1-ab')
    await finish(http)
    const { stdout, exitCode } = await verdict(http, '--run-token', 'r1-a', '--timeout', '2s', '-q')
    assert.equal(exitCode, 2)
    assert.match(stdout, /^BROKEN — no verdict from .* within 2 s: the master has the run r1-ab, not r1-a\n/)
    const unnamed = await master()
    await finish(unnamed)
    assert.equal((await verdict(unnamed, '--run-token', 'r1-a', '--timeout', '1s')).exitCode, 2)
  })

  test('is waited for while the master of another is on its way out', async () => {
    const before = await named('r1-a')
    await finish(before)
    const { awaited } = waitFor(before, { token: 'r2-a' })
    await sleep(300)
    await before.close(0)
    await finish(await named('r2-a', before.port), 'failed')
    const answer = await awaited
    assert.deepEqual([answer.kind, answer.kind === 'verdict' && answer.outcome], ['verdict', 'failed'])
  })
})

describe('a Job that finds a verdict which another Job was told: nothing was run for it', { concurrency: 2 }, () => {
  const as = (job: string, http: { port: number }, ...flags: string[]) =>
    runKatydid(['verdict', '--master', `127.0.0.1:${http.port}`, ...flags], { env: { KATYDID_JOB_UID: job } })

  test('exit 2, with the run that it was; its own pods and people are told the verdict as ever', async () => {
    const http = await MasterHttp.listen({ host: '127.0.0.1', port: 0, log, run: 'r1-a/some-process' })
    masters.push(http)
    await finish(http)
    assert.equal((await as('first', http)).exitCode, 0)
    const { exitCode, stdout, dir } = await as('second', http, '--json', 'out.json', '--run-token', 'r1-a')
    assert.equal(exitCode, 2)
    assert.match(
      stdout,
      /^BROKEN — nothing was run for this Job: the master already gave the verdict of run r1-a, started at 2\S+Z to another Job at 2\S+Z: passed; for a new run, change run\.id .*\n\nThe earlier verdict:\nPASSED — /,
    )
    assert.throws(() => readFileSync(join(dir, 'out.json')), /ENOENT/, 'no result that says passed')
    for (const again of [await as('first', http), await verdict(http)]) {
      assert.equal(again.exitCode, 0)
      assert.match(again.stdout, /^PASSED — /)
    }
  })

  test('--on-repeat tell: that verdict is its exit code, and the first line says that it is repeated', async () => {
    for (const [outcome, exitCode] of [
      ['passed', 0],
      ['failed', 1],
    ] as const) {
      const http = await master()
      await finish(http, outcome)
      await as('first', http)
      const told = await as('second', http, '--on-repeat', 'tell')
      assert.equal(told.exitCode, exitCode)
      assert.match(told.stdout, new RegExp(`^REPEATED — nothing was run for this Job: .*: ${outcome}\n\n[A-Z]+ — `))
    }
  })

  test('who has waited for the run is told its verdict, whoever is told first', async () => {
    const http = await master()
    await begin(http)
    const waiting = waitFor(http, { job: 'one' })
    const other = waitFor(http, { job: 'two' })
    await until(() => waiting.said.length > 0 && other.said.length > 0)
    await finish(http)
    for (const { awaited } of [waiting, other]) {
      const answer = await awaited
      assert.ok(answer.kind === 'verdict' && answer.toldAt === undefined, JSON.stringify(answer).slice(0, 200))
    }
    const late = await waitFor(http, { job: 'three' }).awaited
    assert.ok(late.kind === 'verdict' && late.toldAt !== undefined)
  })
})

describe('the exit code is the verdict, and the first line says it all', { concurrency: 2 }, () => {
  const cases: [Outcome, number, RegExp][] = [
    ['passed', 0, /^PASSED — 1,001 requests, 2\.1 % failed, p95 7 ms, 10 s: 3 of 3 thresholds held\n/],
    ['failed', 1, /^FAILED — 1,001 requests, .*: 0 of 1 threshold held; p95 < 300ms: failed\n/],
    ['broken', 2, /^BROKEN — 1,001 requests, .*: 0 of 1 threshold held; p95 < 300ms: broken\n/],
  ]
  for (const [outcome, exitCode, firstLine] of cases)
    test(outcome, async () => {
      const http = await master()
      await finish(http, outcome)
      const { stdout, stderr, exitCode: left } = await verdict(http)
      assert.equal(left, exitCode, stderr)
      assert.match(stdout, firstLine)
      assert.match(stdout, /\nrequests \(latency in ms\)\n {2}method +name .*\n {2}POST .*\n {2}GET +\/products +800 /)
      assert.doesNotMatch(stdout, /\p{Cc}\[/u)
      assert.equal(stderr, '', 'there was nothing to wait for')
    })

  test('an error before the run', async () => {
    const http = await master()
    http.fail(new KatydidError('PLAN', 'no host for U', { hint: 'say --host' }))
    const { stdout, exitCode } = await verdict(http)
    assert.equal(exitCode, 2)
    assert.equal(stdout, 'BROKEN — no requests, 0 ms: no host for U (say --host)\n  no host for U\n    say --host\n')
  })
})

describe('while there is no verdict', { concurrency: 4 }, () => {
  test('it waits for a master that is not there yet and for a run that is under way, and says so once', async () => {
    const port = await freePort()
    const running = startVerdict({ port }, '--json', 'deep/out.json')
    await running.saying(/no master at/)
    const http = await master()
    await begin(http)
    const between = await stranger(through(http), port)
    await running.saying(/running/)
    await finish(http)
    const { stdout, stderr, exitCode, dir } = await running.done
    between.close()
    assert.equal(exitCode, 0, stderr)
    assert.match(stdout, /^PASSED — /)
    const [notYet, progress, ...more] = stderr.trimEnd().split('\n')
    assert.equal(notYet, `katydid: no master at 127.0.0.1:${port} yet (ECONNREFUSED): retrying`)
    const line =
      /^katydid: 00:0\d \/ 00:30 {2}running {2}users 10 {2}rps 100 {2}fail 2\.0 % {2}p50 [\d.]+ ms {2}p95 [\d.]+ ms$/
    assert.match(progress!, line)
    assert.deepEqual(more, [])
    const result: { totals?: { requests: number } } = JSON.parse(readFileSync(join(dir, 'deep/out.json'), 'utf8'))
    const validate = new Ajv2020({ strict: false }).compile(schema)
    assert.ok(validate(result), JSON.stringify(validate.errors))
    assert.equal(result.totals?.requests, 1_001)
  })

  test('--quiet says nothing but the verdict', async () => {
    const port = await freePort()
    const running = verdict({ port }, '-q')
    await sleep(1_500)
    const http = await master(port)
    await sleep(1_500)
    await finish(http, 'failed')
    const { stdout, stderr, exitCode } = await running
    assert.deepEqual([exitCode, stderr], [1, ''])
    assert.match(stdout, /^FAILED — /)
  })

  test('--timeout ends the wait: broken, with how far the run was', async () => {
    const http = await master()
    await begin(http)
    const { stdout, exitCode, elapsedMs } = await verdict(http, '--timeout', '5s', '--json', 'r.json')
    assert.equal(exitCode, 2)
    const sentence = /^BROKEN — no verdict from 127\.0\.0\.1:\d+ within 5 s: the run is running \(00:\d\d \/ 00:30\)\n$/
    assert.match(stdout, sentence)
    assert.ok(elapsedMs > 4_900 && elapsedMs < 60_000, `${elapsedMs} ms`)
    const nobody = { port: await freePort() }
    const never = await verdict(nobody, '--timeout', '1')
    assert.equal(never.exitCode, 2)
    assert.match(
      never.stdout,
      /^BROKEN — no verdict from .* within 1 s: the master does not answer \(ECONNREFUSED\)\n$/,
    )
  })

  test('a signal ends the wait, and only that', async () => {
    const http = await master()
    let asked = 0
    const between = await stranger((request, response) => {
      asked++
      through(http)(request, response)
    })
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      asked = 0
      const running = startVerdict(between, '-q')
      await until(() => asked > 0)
      running.child.kill(signal)
      const askedAt = performance.now()
      const { stderr, stdout, exitCode } = await running.done
      assert.equal(exitCode, 2)
      const sentence = `katydid: interrupted by ${signal} before there was a verdict. The run continues\n`
      assert.deepEqual([stdout, stderr], ['', sentence])
      assert.ok(performance.now() - askedAt < 20_000)
    }
    between.close()
  })

  test('a master that goes away for good: broken, after a while', async () => {
    const http = await master()
    await begin(http)
    const { said, awaited } = waitFor(http, { awayMs: 1_000 })
    await until(() => said.length === 1)
    await http.close(0)
    const sentence = /^the master at 127\.0\.0\.1:\d+ has not answered for [\d.]+ (s|ms) \(ECONNREFUSED\)$/
    assert.match(await why(awaited), sentence)
    assert.match(
      said[1]!,
      /^lost the connection to the master at .* \((ECONNREFUSED|ECONNRESET|other side closed)\): retrying for 1 s$/,
    )
    assert.equal(said.length, 2)
  })

  test('a master that is there again with another run: broken at once', async () => {
    const http = await master()
    await begin(http)
    const { said, awaited } = waitFor(http)
    await until(() => said.length === 1)
    await http.close(0)
    await finish(await master(http.port))
    assert.match(await why(awaited), /^the master at 127\.0\.0\.1:\d+ restarted: it now has another run, /)
  })

  test('a connection that breaks is made again: same run, same wait', async () => {
    let broken = 0
    const http = await master()
    const between = await stranger((request, response) => {
      if (++broken % 2 === 0) return void response.destroy()
      through(http)(request, response)
    })
    const { said, awaited } = waitFor(between, { lineEveryMs: 200 })
    await until(() => said.some((line) => /^connected to the master at .* again$/.test(line)))
    await finish(http)
    assert.equal((await awaited).kind, 'verdict')
    assert.ok(
      said.some((line) => /^lost the connection to the master at .*: retrying for 1m$/.test(line)),
      said.join('\n'),
    )
    between.close()
  })

  test('a master that hangs is one that is away', async () => {
    let answers = 0
    const http = await master()
    const between = await stranger((request, response) => {
      if (++answers === 1) through(http)(request, response)
    })
    const { awaited } = waitFor(between, { timeoutMs: 3_000, lineEveryMs: 100 })
    assert.match(await why(awaited), /^no verdict from .* within 3 s: the master no longer answers \(no answer\)$/)
    between.close()
  })

  test('lines of progress are few', async () => {
    const http = await master()
    const { said, awaited } = waitFor(http, { lineEveryMs: 500 })
    await until(() => said.length === 1)
    http.output(planOf())
    await until(() => said.length === 2)
    await begin(http)
    await until(() => said.length === 3)
    await sleep(1_100)
    await finish(http)
    assert.equal((await awaited).kind, 'verdict')
    assert.equal(said[0], 'preparing: the master reads its plan and load file')
    assert.equal(said[1], 'gathering: the master waits for its workers')
    assert.ok(said.length >= 4 && said.length <= 6, said.join('\n'))
  })

  test('what comes in between (HTTP 502, 503) is waited through', async () => {
    const between = await stranger((_request, response) => void response.writeHead(503).end('no endpoints'))
    const { said, awaited } = waitFor(between, { timeoutMs: 1_500 })
    assert.match(await why(awaited), /the master does not answer \(HTTP 503\)$/)
    assert.equal(said.length, 1)
    between.close()
  })
})

describe('something else than a katydid master is told at once', { concurrency: 2 }, () => {
  const answers: Record<string, RequestListener> = {
    'a page': (_request, response) => void response.end('<html>hello</html>'),
    'JSON of another kind': (_request, response) => void response.end('{"outcome":"passed"}'),
    'an unknown outcome': (_request, response) => void response.end('{"run":"1","outcome":"great","summary":""}'),
    'not found': (_request, response) => void response.writeHead(404).end('nothing'),
    elsewhere: (_request, response) => void response.writeHead(302, { location: '/' }).end(),
  }
  for (const [name, listener] of Object.entries(answers))
    test(name, async () => {
      const other = await stranger(listener)
      await assert.rejects(waitFor(other).awaited, (error) => {
        assert.ok(error instanceof KatydidError)
        assert.match(error.message, /^127.0.0.1:\d+ is not a katydid master: it answered GET \/verdict with HTTP \d+$/)
        return true
      })
      other.close()
    })

  test("the workers' port", async () => {
    const server = createTcpServer(
      (socket) => void socket.on('error', () => {}).write('\xff\0\0\0\0\0\0\0\x01\x7f\x03'),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    server.unref() // a test that fails here leaves it open
    const { stderr, exitCode } = await verdict({ port: (server.address() as AddressInfo).port })
    server.close()
    assert.equal(exitCode, 2)
    assert.match(
      stderr,
      /is not a katydid master: it answered GET \/verdict with something that is not HTTP\n {2}use the HTTP port/,
    )
  })
})

describe('mistakes are told before anything is asked', { concurrency: 2 }, () => {
  const master = ['--master', '127.0.0.1:1']
  const cases: Record<string, [args: string[], says: string[]]> = {
    'no master': [[], ["katydid: required option '--master <host[:port]>' not specified"]],
    'a bad address': [
      ['--master', 'http://here'],
      [
        'katydid: --master: bad address "http://here"',
        '  write HOST or HOST:PORT, for example shop-master:8089; without a port it is 8089',
      ],
    ],
    'a bad timeout': [
      [...master, '--timeout', '5x'],
      ['katydid: --timeout: bad duration "5x"', '  use 90s, 10m, 2h or none'],
    ],
    'no time at all': [
      [...master, '--timeout', '0'],
      ['katydid: --timeout: bad duration "0"', '  use 90s, 10m, 2h or none'],
    ],
    'a file that cannot be written': [
      [...master, '--json', '/proc/nowhere/r.json'],
      [
        'katydid: cannot write /proc/nowhere/r.json (--json): the folder does not exist (ENOENT)',
        '  use a file in a folder that you may write to',
      ],
    ],
    'an unknown option': [
      [...master, '--time', '5m'],
      ["katydid: unknown option '--time'", '(Did you mean --timeout?)'],
    ],
    'too much': [[...master, 'x'], ["katydid: too many arguments for 'verdict'. Expected 0 arguments but got 1: x."]],
  }
  for (const [name, [args, says]] of Object.entries(cases))
    test(name, async () => {
      const { stderr, stdout, exitCode } = await runKatydid(['verdict', ...args])
      assert.deepEqual([exitCode, stdout, stderr.trimEnd().split('\n')], [2, '', says])
    })
})
