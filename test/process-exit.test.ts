import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { assertExit } from './assert-truth.ts'
import { Cluster } from './cluster.ts'
import { runKatydid, startKatydid, temporaryFolder } from './run-katydid.ts'
import { steady } from './steady.ts'
import { startTarget } from './target/target.ts'

const user = `import { constant, events, HttpUser, task } from 'katydid'
export class U extends HttpUser { waitTime = constant(0.02); @task async t() { await this.client.get('/json'); this.after() } after() {} }
`
/** Of a run that passed, and of which nothing may be left. */
const earlier = {
  'result.json': '{\n  "katydid": "0.1.0",\n  "verdict": { "outcome": "passed", "exitCode": 0 } }',
  'r.html': '<!doctype html>\n<title>PASSED</title>',
  'j.xml': '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="katydid"/>',
  'c_stats.csv': 'Type,Name,Request Count\n',
  'c_stats_history.csv': 'Timestamp,User Count\n',
  'c_failures.csv': 'Method,Name\n',
  'c_exceptions.csv': 'Count,Message\n',
}
const asked = ['--html', 'r.html', '--junit', 'j.xml', '--csv', 'c']
const left = (dir: string) => Object.keys(earlier).filter((name) => existsSync(join(dir, name)))
const run = (source: string, { host = 'http://127.0.0.1:9', flags = [] as string[], time = '20s' } = {}) =>
  runKatydid(['run', 's.ts', '-H', host, '-u', '2', '-r', '20', '-t', time, ...asked, ...flags], {
    files: { 's.ts': user + source, 'slow.yaml': 'load: { setupTimeout: 1s }', ...earlier },
  })

describe('a load file that ends the process: exit 2, a sentence, and nothing of an earlier run is left', {
  concurrency: 2,
}, () => {
  const ends: [how: string, source: string, said: RegExp, flags?: string[]][] = [
    ['process.exit(0) as it is read', 'process.exit(0)', /process\.exit\(0\) was called at s\.ts:3:\d+/],
    [
      'process.exit() in setup()',
      'export function setup() { process.exit() }',
      /process\.exit\(0\) was called at s\.ts:3:\d+/,
    ],
    [
      'process.reallyExit',
      'setTimeout(() => process.reallyExit(0), 300)',
      /process\.reallyExit\(0\) was called at s\.ts:3:/,
    ],
    ['process.abort', 'setTimeout(() => process.abort(), 300)', /process\.abort\(\) was called at s\.ts:3:/],
    [
      'process.kill of itself',
      "setTimeout(() => process.kill(process.pid, 'SIGKILL'), 300)",
      /process\.kill\(process\.pid, "SIGKILL"\) was called at s\.ts:3:/,
    ],
    [
      'exit, and a listener that says it was well',
      "process.prependListener('exit', () => { process.exitCode = 0; process.reallyExit(0) }); process.exit(0)",
      /was called at s\.ts:3:/,
    ],
    [
      'exit, with our listeners removed',
      'process.removeAllListeners(); setTimeout(() => process.exit(0), 300)',
      /process\.exit\(0\) was called at s\.ts:3:/,
    ],
    [
      'an error that nobody hears',
      "setTimeout(() => { process.removeAllListeners('uncaughtException'); throw new Error('late') }, 300)",
      /an error ended the process before the run was over/,
    ],
    [
      'an await that never settles',
      'await new Promise(() => {})',
      /^katydid: s\.ts cannot finish loading: an await at the top level of this file, or of a file that it imports, waits/m,
    ],
    [
      'an await that never settles, beside a timer',
      'setInterval(() => {}, 1000); await new Promise(() => {})',
      /^katydid: s\.ts did not load within 1 s: an await at the top level.*\n.*load\.setupTimeout is/m,
      ['-f', 'slow.yaml'],
    ],
  ]
  for (const [how, source, said, flags = []] of ends)
    test(how, async () => {
      const { exitCode, stderr, dir, stdout } = await run(source, { flags })
      assert.equal(exitCode, 2, stderr)
      assert.match(stderr, said)
      assert.doesNotMatch(stdout, /PASSED/)
      assert.deepEqual(
        left(dir).filter((name) => !name.endsWith('.csv')),
        [],
      )
    })

  for (const [command, args] of [
    ['--list', ['run', 's.ts', '--list']],
    ['run-one', ['run-one', 's.ts', '-H', 'http://127.0.0.1:9', '-t', '5s']],
    ['master', ['master', 's.ts', '-H', 'http://127.0.0.1:9', '-t', '1s', '--web-port', '0', '--bind-port', '0']],
  ] as const)
    test(`process.exit(0) in what ${command} reads`, async () => {
      const source = `${user}process.exit(0)`
      const { exitCode, stderr } = await runKatydid([...args], { files: { 's.ts': source } })
      assert.equal(exitCode, 2, stderr)
      assert.match(stderr, /process\.exit\(0\) was called at s\.ts:3:\d+ before the run was over: there is no result/)
    })

  test('in a worker process of --processes: the worker is lost, and the run broken', async () => {
    await using target = await startTarget()
    const source = "if (process.argv[2] === 'worker') U.prototype.after = () => process.exit(0)"
    const outcome = await run(source, { host: target.url, flags: ['--processes', '1'], time: '3s' })
    assertExit(outcome, 2)
    assert.equal(outcome.result.verdict.outcome, 'broken')
    assert.match(outcome.stderr, /process\.exit\(0\) was called at s\.ts:3:/)
    assert.match(JSON.stringify(outcome.result.events), /is gone: its process/)
  })
})

describe('a run whose verdict is told', { concurrency: 2 }, () => {
  for (const [how, source] of [
    [
      'a listener of exit that ends the process otherwise',
      "process.on('exit', () => { process.exitCode = 7; process.exit(7) })",
    ],
    ['a listener of exit that throws', "process.on('exit', () => { throw new Error('so late') })"],
    ['process.exitCode of its own', 'process.exitCode = 9'],
  ] as const)
    test(`keeps its exit code: ${how}`, async () => {
      await using target = await startTarget()
      const outcome = await run(source, { host: target.url, time: '600ms' })
      assertExit(outcome, 0)
      assert.equal(outcome.result.verdict.outcome, 'passed')
    })
})

describe('results of an earlier run', { concurrency: 2 }, () => {
  const master = ['--web-port', '0', '--bind-port', '0']
  for (const [why, args, files] of [
    ['a mistake in the plan', ['run', 's.ts', '-u', '-5'], {}],
    ['a flag that there is not', ['run', 's.ts', '--bogus'], {}],
    ['a load file that is not there', ['run', 'nowhere.ts'], {}],
    ['a load file that throws', ['run', 's.ts', '-H', 'http://127.0.0.1:9'], { 's.ts': "throw new Error('no')" }],
  ] as const)
    test(`are gone after ${why}`, async () => {
      const all = { 's.ts': user, ...earlier, ...files }
      const { exitCode, dir, stderr } = await runKatydid([...args, ...asked], { files: all })
      assert.equal(exitCode, 2, stderr)
      assert.deepEqual(left(dir), [])
    })

  test('a master whose plan is refused writes what it serves: broken', async () => {
    const { exitCode, dir, result } = await runKatydid(['master', 's.ts', '-u', '-5', ...master, ...asked], {
      files: { 's.ts': user, ...earlier },
    })
    assert.equal(exitCode, 2)
    assert.equal(result.verdict.outcome, 'broken')
    assert.match(readFileSync(join(dir, 'r.html'), 'utf8'), /<title>BROKEN/)
    assert.match(readFileSync(join(dir, 'j.xml'), 'utf8'), /<error /)
    assert.ok(!existsSync(join(dir, 'c_stats.csv')))
  })

  test('are gone for who waits for a verdict that does not come', async () => {
    const args = ['verdict', '--master', '127.0.0.1:9', '--timeout', '100ms', '--json', 'result.json']
    const { exitCode, dir } = await runKatydid(args, { files: earlier })
    assert.equal(exitCode, 2)
    assert.ok(!existsSync(join(dir, 'result.json')))
  })

  test('a file that is no result stays, and so does one of a run that was not asked for', async () => {
    const { exitCode, dir } = await runKatydid(['run', '--json', 's.ts'], {
      files: { 's.ts': user, ...earlier },
      json: false,
    })
    assert.equal(exitCode, 2)
    assert.ok(existsSync(join(dir, 's.ts')))
    assert.equal(left(dir).length, Object.keys(earlier).length)
  })
})

test('a signal before the run: exit 2 and a sentence', async () => {
  const cwd = temporaryFolder()
  for (const [name, text] of Object.entries(earlier)) writeFileSync(join(cwd, name), text)
  const source = "process.stderr.write('reading\\n'); setInterval(() => {}, 1000); await new Promise(() => {})"
  const running = startKatydid(['run', 's.ts', '-H', 'http://127.0.0.1:9', ...asked], {
    cwd,
    files: { 's.ts': user + source },
  })
  await running.saying(/reading/)
  running.child.kill('SIGTERM')
  const { exitCode, stderr } = await running.done
  assert.equal(exitCode, 2)
  assert.match(stderr, /SIGTERM came before the run was over: there is no result/)
  assert.deepEqual(left(cwd), [])
})

test(
  'a master that serves its verdict keeps its exit code, whatever its load file does',
  steady(async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const source =
      "if (process.argv[2] === 'master') events.quit.addListener(() => { setTimeout(() => process.exit(9), 1500) })"
    const master = await cluster.master(['s.ts', '-H', target.url, '-u', '1', '-t', '1s', '--serve'], {
      files: { 's.ts': user + source },
    })
    cluster.worker(master.port)
    const outcome = await master.done
    assertExit(outcome, 0)
    assert.equal(outcome.result.verdict.outcome, 'passed')
  }),
)
