import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { assertExit, assertTruth } from './assert-truth.ts'
import { runKatydid, startKatydid } from './run-katydid.ts'
import { startTarget } from './target/target.ts'

const target = await startTarget()
after(() => target.close())
beforeEach(() => target.reset())

const user = `
export class U extends HttpUser {
  waitTime = constant(0.1)
  @task async t() { await this.client.get('/json') }
}
`
const run = async (head: string, ...flags: string[]) => {
  const files = { 'h.ts': `import { constant, events, HttpUser, task } from 'katydid'\n${head}\n${user}` }
  const outcome = await runKatydid(['run', 'h.ts', '-H', target.url, '-u', '2', '-r', '20', '-t', '700ms', ...flags], {
    files,
    env: { TARGET: target.url },
  })
  await assertTruth(outcome, target)
  return outcome
}
/** Hooks write their names to stderr, which is not where reports go. */
const hooked = (stderr: string) => [...stderr.matchAll(/^hook (.+)$/gm)].map((match) => match[1])

test('every hook in its order, once', async () => {
  const outcome = await run(`
const say = (text: string) => void process.stderr.write('hook ' + text + '\\n')
for (const name of ['init', 'testStart', 'spawningComplete', 'testStopping', 'testStop', 'quitting', 'quit'] as const)
  (events[name] as any).addListener((details: any) => say(name + (name === 'spawningComplete' ? ' ' + details.userCount : '') + (name === 'quit' ? ' ' + details.exitCode : '')))
let requests = 0
events.request.addListener(() => { requests++ })
export async function setup() { say('setup') }
export async function teardown() { say('teardown after ' + requests) }
`)
  assertExit(outcome, 0)
  assert.deepEqual(hooked(outcome.stderr), [
    'init',
    'setup',
    'testStart',
    'spawningComplete 2',
    'testStopping',
    `teardown after ${outcome.result.totals.requests}`,
    'testStop',
    'quitting',
    'quit 0',
  ])
})

/** A minute, in which its process could not end by itself. */
const minute = 'await new Promise((resolve) => setTimeout(resolve, 60_000))'

test('SIGINT while setup() goes on: over at once, and no load', async () => {
  const running = startKatydid(['run', 'h.ts', '-H', target.url, '-t', '700ms'], {
    files: {
      'h.ts': `import { constant, HttpUser, task } from 'katydid'
export async function setup() { process.stderr.write('hook setup\\n'); ${minute} }
${user}`,
    },
  })
  await running.saying(/hook setup/)
  const askedAt = performance.now()
  running.child.kill('SIGINT')
  const outcome = await running.done
  assertExit(outcome, 2)
  assert.ok(performance.now() - askedAt < 30_000)
  assert.match(outcome.stdout, /interrupted by SIGINT/)
  assert.equal((await target.counts()).total, 0)
})

for (const [hook, setting] of [
  ['setup', 'setupTimeout'],
  ['teardown', 'teardownTimeout'],
] as const)
  test(`a ${hook}() that takes longer than load.${setting}: broken, and the run ends with what it has`, async () => {
    const files = {
      'h.ts': `import { constant, HttpUser, task } from 'katydid'\nexport async function ${hook}() { ${minute} }\n${user}`,
      'v.yaml': `load: { ${setting}: 500ms }`,
    }
    const outcome = await runKatydid(['run', 'h.ts', '-f', 'v.yaml', '-H', target.url, '-t', '700ms'], { files })
    assertExit(outcome, 2)
    assert.ok(outcome.loadedMs < 20_000, `took ${outcome.loadedMs} ms`)
    assert.match(
      outcome.stdout,
      new RegExp(
        `${hook} failed: not finished after 500 ms: make it faster, or raise the time limit load\\.${setting}`,
      ),
    )
    await assertTruth(outcome, target)
    assert.equal(outcome.result.totals.requests > 0, hook === 'teardown')
  })

test('setup is awaited, its result reaches every user and teardown as JSON', async () => {
  const files = {
    's.ts': `
import { constant, HttpUser, task } from 'katydid'
export async function setup() {
  await new Promise((resolve) => setTimeout(resolve, 300))
  return { token: 'abc', at: new Date(0), nothing: undefined }
}
export function teardown(data: any) { process.stderr.write('hook ' + JSON.stringify(data) + '\\n') }
export class U extends HttpUser {
  waitTime = constant(0.1)
  data = this.environment.data as any
  @task async t() { await this.client.get('/json', { name: this.data.token + ' ' + this.data.at + ' ' + Object.keys(this.data) }) }
}
`,
  }
  const outcome = await runKatydid(['run', 's.ts', '-H', target.url, '-u', '3', '-r', '30', '-t', '500ms'], { files })
  assertExit(outcome, 0)
  await assertTruth(outcome, target)
  assert.deepEqual(
    outcome.result.requests.map(({ name }) => name),
    ['abc 1970-01-01T00:00:00.000Z token,at'],
  )
  assert.deepEqual(hooked(outcome.stderr), ['{"token":"abc","at":"1970-01-01T00:00:00.000Z"}'])
})

test('a setup that throws: no load at all, broken, the line in the file, teardown not owed', async () => {
  const outcome = await run(`export function setup() { throw new Error('no database') }`)
  assertExit(outcome, 2)
  assert.equal((await target.counts()).total, 0)
  assert.match(outcome.stdout + outcome.stderr, /setup.*no database/)
  assert.match(outcome.stderr, /h\.ts:2/)
})

test('one throwing listener stops neither the others nor the run, and makes it broken', async () => {
  const outcome = await run(`
events.request.addListener(() => { throw new Error('a bad listener') })
events.request.addListener(() => { process.stderr.write('hook request\\n') })
events.testStart.addListener(() => { throw new Error('a bad start') })
events.testStart.addListener(() => { process.stderr.write('hook start\\n') })
`)
  assertExit(outcome, 2)
  const { requests } = outcome.result.totals
  assert.ok(requests >= 4, `${requests} requests`)
  assert.equal(hooked(outcome.stderr).filter((name) => name === 'request').length, requests)
  assert.ok(hooked(outcome.stderr).includes('start'))
  const broken = outcome.result.verdict.findings.filter(({ outcome }) => outcome === 'broken')
  assert.ok(broken.some(({ text }) => text.includes('a bad listener')))
})

test('request listeners are told everything; own requests are fired and measured', async () => {
  const files = {
    'own.ts': `
import { constant, events, HttpUser, StopUser, task } from 'katydid'
events.request.addListener((request: any) => {
  if (request.name === 'listened')
    process.stderr.write('hook ' + JSON.stringify([request.context, request.response?.status, request.bytes, request.durationMs > 0]) + '\\n')
})
export class Own extends HttpUser {
  waitTime = constant(0.1)
  context() { return { tenant: 'blue' } }
  @task async t() {
    await this.client.get('/json', { name: 'listened', context: { step: 1 } })
    const answer = await this.environment.measure({ type: 'MQTT', name: 'publish', bytes: (text: string) => text.length }, async () => 'hello')
    if (answer !== 'hello') throw new Error('measure() hands the result on')
    await this.environment.measure({ type: 'MQTT', name: 'fails' }, async () => { throw new Error('no broker') }).catch(() => {})
    throw new StopUser()
  }
}
`,
  }
  const outcome = await runKatydid(['run', 'own.ts', '-H', target.url, '-u', '1'], { files })
  assertExit(outcome, 1)
  assert.equal((await target.settled()).total, 1)
  assert.deepEqual(hooked(outcome.stderr), ['[{"tenant":"blue","step":1},200,38,true]'])
  const rows = Object.fromEntries(
    outcome.result.requests.map((r) => [`${r.method} ${r.name}`, [r.requests, r.failures, r.bytes]]),
  )
  assert.deepEqual(rows, { 'GET listened': [1, 0, 38], 'MQTT fails': [1, 1, 0], 'MQTT publish': [1, 0, 5] })
  assert.deepEqual(
    outcome.result.errors.map(({ error }) => error),
    ['no broker'],
  )
})

/** Prints what a listener finds of the run, and judges it. */
const judging = `
const say = (role: string, stats: unknown) => void process.stderr.write('hook ' + role + ' ' + JSON.stringify(stats) + '\\n')
for (const name of ['testStop', 'quitting'] as const)
  events[name].addListener(({ environment }) => {
    const { role, stats } = environment
    if (!stats) return say(name + ' ' + role, 'unknown')
    const all = stats.total
    const one = stats.get('GET', '/json')
    say(name + ' ' + role, [all.requests, one?.requests, stats.get('GET', '/nowhere')?.requests ?? null, all.failures, stats.exceptions])
    if (name === 'quitting' && one && one.percentile(99) > 0 && one.rps > 0 && all.max >= one.mean)
      environment.stop('the listener wants it so', 'failed')
  })
`

for (const flags of [[], ['--processes', '2']])
  test(`listeners of testStop and quitting have the figures of all, and may fail the run ${flags.join(' ')}`, async () => {
    const outcome = await run(judging, ...flags)
    assertExit(outcome, 1)
    const { requests } = outcome.result.totals
    assert.ok(requests > 4)
    const figures = JSON.stringify([requests, requests, null, 0, 0])
    const owner = flags.length > 0 ? 'master' : 'local'
    const said = hooked(outcome.stderr)
    for (const name of ['testStop', 'quitting'])
      assert.ok(said.includes(`${name} ${owner} ${figures}`), said.join('\n'))
    assert.equal(said.filter((line) => line?.endsWith('worker "unknown"')).length, flags.length > 0 ? 4 : 0)
    const found = outcome.result.verdict.findings.find(({ text }) => text === 'the listener wants it so')
    assert.equal(found?.outcome, 'failed')
  })
