import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { assertExit, assertTruth, row } from './assert-truth.ts'
import { Lateness } from './lateness.ts'
import { runKatydid } from './run-katydid.ts'
import { startTarget } from './target/target.ts'

const target = await startTarget()
after(() => target.close())
beforeEach(() => target.reset())

const run = (files: Record<string, string>, ...flags: string[]) => runUntilDone(files, '-t', '1s', ...flags)

/** Without a run time: for users that end by themselves. */
const runUntilDone = async (files: Record<string, string>, ...flags: string[]) => {
  const [file] = Object.keys(files)
  const given = flags.includes('-u') ? [] : ['-u', '1']
  const outcome = await runKatydid(['run', file!, '-H', target.url, ...given, '-r', '50', ...flags], { files })
  if (outcome.hasResult) await assertTruth(outcome, target)
  return outcome
}
/** The last parts of the paths, in the order the target answered them. */
const steps = async () => (await target.log()).map(({ path }) => path.split('/').at(-1))

test('all of TypeScript: decorators, using, enums, several files, an npm package, tsconfig paths', async () => {
  const outcome = await run({
    'shop.ts': `
import { constant, HttpUser, task } from 'katydid'
import { paths } from '@/paths'
import { Kind } from './lib/kind.js'
import shout from 'shout'
export class U extends HttpUser {
  waitTime = constant(0.05)
  @task async t() {
    using response = await this.client.get(paths[Kind.Second]!, { name: shout('json'), catchResponse: true })
    if (response.json<{ id: number }>().id !== 1) response.failure('wrong id')
  }
}
`,
    'src/paths.ts': `export const paths: Record<number, string> = { 0: '/status/500', 1: '/json' }`,
    'lib/kind.ts': `export enum Kind { First, Second }`,
    'tsconfig.json': `{ "compilerOptions": { "experimentalDecorators": true, "paths": { "@/*": ["./src/*"] } } }`,
    'node_modules/shout/package.json': `{ "name": "shout", "version": "1.0.0", "main": "index.js" }`,
    'node_modules/shout/index.js': `module.exports = (word) => word.toUpperCase()`,
  })
  assertExit(outcome, 0)
  assert.equal(row(outcome, 'GET', 'JSON').requests, (await target.counts()).byPath['GET /json'])
})

test('plain classes need no decorators, and plain JavaScript no types', async () => {
  const outcome = await run(
    {
      'plain.js': `
import { constant, HttpUser } from 'katydid'
export class U extends HttpUser {
  static tasks = { a: 3, b: 1 }
  waitTime = constant(0.01)
  async a() { await this.client.get('/status/200?a', { name: 'a' }) }
  async b() { await this.client.get('/status/200?b', { name: 'b' }) }
}
`,
    },
    '-u',
    '4',
  )
  assertExit(outcome, 0)
  const share = row(outcome, 'GET', 'a').requests / outcome.result.totals.requests
  assert.ok(share > 0.55 && share < 0.92, `a's share is ${share}`)
})

test('a sequential task set goes through its tasks in order', async () => {
  const outcome = await runUntilDone({
    'steps.ts': `
import { constant, HttpUser, RescheduleTask, SequentialTaskSet, StopUser, task } from 'katydid'
class Steps extends SequentialTaskSet<U> {
  async onStart() { await this.client.get('/status/200/set-start') }
  async onStop() { await this.client.get('/status/200/set-stop') }
  @task async first() { await this.client.get('/status/200/first') }
  @task(2) async twice() { await this.client.get('/status/200/twice') }
  @task async third() {
    await this.client.get('/status/200/third')
    if (++this.user.rounds === 2) throw new StopUser()
    throw new RescheduleTask()
  }
}
export class U extends HttpUser {
  static tasks = [Steps]
  waitTime = constant(0.01)
  rounds = 0
  async onStart() { await this.client.get('/status/200/user-start') }
  async onStop() { await this.client.get('/status/200/user-stop') }
}
`,
  })
  assertExit(outcome, 0)
  const round = ['first', 'twice', 'twice', 'third']
  assert.deepEqual(await steps(), ['user-start', 'set-start', ...round, ...round, 'set-stop', 'user-stop'])
})

test('a task set inside a task set is entered, left with interrupt(), and entered again', async () => {
  const outcome = await runUntilDone({
    'nested.ts': `
import { constant, HttpUser, StopUser, TaskSet, task } from 'katydid'
class Inner extends TaskSet<U> {
  async onStart() { await this.client.get('/status/200/inner-start') }
  async onStop() { await this.client.get('/status/200/inner-stop') }
  @task async only() {
    await this.client.get('/status/200/inner')
    if (++this.user.rounds === 2) throw new StopUser()
    this.interrupt()
  }
}
class Outer extends TaskSet<U> {
  static tasks = [Inner]
  async onStart() { await this.client.get('/status/200/outer-start') }
  async onStop() { await this.client.get('/status/200/outer-stop') }
}
export class U extends HttpUser {
  static tasks = [Outer]
  waitTime = constant(0.01)
  rounds = 0
}
`,
  })
  assertExit(outcome, 0)
  const inner = ['inner-start', 'inner', 'inner-stop']
  assert.deepEqual(await steps(), ['outer-start', ...inner, ...inner, 'outer-stop'])
})

test('StopUser ends one user, StopTest the run', async () => {
  const stopping = (what: string) => ({
    'u.ts': `
import { constant, HttpUser, ${what}, task } from 'katydid'
export class U extends HttpUser {
  waitTime = constant(0.1)
  @task async t() { await this.client.get('/json'); throw new ${what}() }
}
`,
  })
  const users = await run(stopping('StopUser'), '-u', '3', '-t', '1s')
  assertExit(users, 2)
  assert.equal(users.result.totals.requests, 3, 'nobody takes their place')
  assert.match(users.stdout, /user-seconds not delivered ≤ 1 %: \S+ % \(\S+ of \S+\): every user ended/)
  assert.match(users.stdout, /exhausted: run ended early: every user had ended at .* of 1 s/)
  await target.reset()
  const endless = await runUntilDone(stopping('StopUser'), '-u', '3')
  assertExit(endless, 0)
  assert.match(endless.stdout, /run ended early: every user had ended/)
  await target.reset()
  const whole = await run(stopping('StopTest'), '-t', '20s')
  assertExit(whole, 0)
  assert.ok(whole.result.durationMs < 16_000)
  assert.deepEqual(
    whole.result.events.map(({ kind, text }) => `${kind}: ${text}`),
    ['stopped: the load file ended the run: a user stopped the run'],
  )
})

test('waits: constant, between, constantPacing, constantThroughput, poisson, and any function', async () => {
  const waits: [wait: string, low: number, high: number][] = [
    ['constant(0.1)', 5, 11],
    ['between(0.05, 0.15)', 5, 18],
    ['constantPacing(0.1)', 9, 11],
    ['constantThroughput(10)', 9, 11],
    ['poisson(20)', 3, 45],
    ['() => 0.1', 5, 11],
    ['function (this: any) { return this.pause }', 5, 11],
  ]
  const file = `
import * as katydid from 'katydid'
const { between, constant, constantPacing, constantThroughput, HttpUser, poisson } = katydid
${waits
  .map(
    ([wait], index) => `
export class U${index} extends HttpUser {
  static tasks = { t: 1 }
  pause = 0.1
  waitTime = ${wait}
  async t() { await this.client.get('/delay/20', { name: '${index}' }) }
}`,
  )
  .join('')}
`
  const late = new Lateness()
  const outcome = await run({ 'waits.ts': file }, '-u', String(waits.length), '-r', '700', '-t', '1s')
  assertExit(outcome, 0)
  for (const [index, [wait, low, high]] of waits.entries()) {
    const { requests, scheduledLatencyMs } = row(outcome, 'GET', String(index))
    assert.ok(
      requests >= low - Math.floor(late.ms / 100) && requests <= high,
      `${wait}: ${requests} requests in a second`,
    )
    assert.equal(scheduledLatencyMs !== undefined, /Pacing|Throughput/.test(wait), `${wait} and the intended start`)
  }
})

test('a mistake in the file is shown at its line, before any load', async () => {
  const broken: [file: string, place: RegExp, what: RegExp][] = [
    ['const a = 1\nconst b = = 2\n', /bad\.ts:2:\d+/, /Unexpected "="/],
    [`import { HttpUser } from 'katydid'\nimport './nowhere.ts'\n`, /bad\.ts:2:\d+/, /nowhere/],
    [`import { HttpUsr } from 'katydid'\nexport class U extends HttpUsr {}\n`, /bad\.ts/, /HttpUsr/],
    [`const x: any = null\n\nexport const y = x.z.w\n`, /bad\.ts:3/, /null/],
    [`import { task, HttpUser } from 'katydid'\nthrow new Error('at the top')\n`, /bad\.ts:2/, /at the top/],
  ]
  for (const [file, place, what] of broken) {
    const outcome = await run({ 'bad.ts': file })
    assertExit(outcome, 2)
    assert.match(outcome.stderr, place)
    assert.match(outcome.stderr, what)
    assert.ok(!/runner[/\\]src|node:internal/.test(outcome.stderr), outcome.stderr)
  }
  assert.equal((await target.counts()).total, 0)
})

test('--typecheck refuses what only types tell', async () => {
  const files = {
    'typed.ts': `
import { constant, HttpUser, task } from 'katydid'
export class U extends HttpUser {
  waitTime = constant(0.1)
  @task async t() { const n: number = 'one' as string; await this.client.get('/json?' + n, { name: 'j' }) }
}
`,
  }
  assertExit(await run(files), 0)
  const checked = await run(files, '--typecheck')
  assertExit(checked, 2)
  assert.match(checked.stderr, /typed\.ts[:(]5/)
  assert.match(checked.stderr, /not assignable/)
})

test('names beyond the cap are counted as (other), with one warning', async () => {
  const outcome = await run(
    {
      'names.ts': `
import { constant, HttpUser, task } from 'katydid'
let next = 0
export class U extends HttpUser {
  waitTime = constant(0)
  @task async t() { await this.client.get('/status/200?' + next++) }
}
`,
    },
    '--max-names',
    '20',
    '-t',
    '700ms',
  )
  assertExit(outcome, 0)
  assert.equal(outcome.result.requests.length, 21)
  assert.ok(row(outcome, 'GET', '(other)').requests > 0)
  assert.equal(outcome.result.events.filter(({ text }) => /20/.test(text) && /names/.test(text)).length, 1)
})

test('words of Locust on a class are refused: before the load, or at the first user where a field has one', async () => {
  const locust = (members: string) => `import { constant, HttpUser, task } from 'katydid'
export class U extends HttpUser {
  ${members}
  @task async t() { await this.client.get('/json') }
}
`
  const method = await run({ 'm.ts': locust('on_start() {}\n  static min_wait = 1000') })
  assertExit(method, 2)
  assert.equal(
    method.stderr.replaceAll(/ {2,}/g, '  '),
    `katydid: m.ts has 2 mistakes
  U has min_wait, which katydid does not know: write waitTime = between(1, 5), in seconds
  U has on_start: katydid calls it onStart, async onStart() { … }
`,
  )
  assert.equal((await target.log()).length, 0)

  const field = await run({ 'm.ts': locust('wait_time = constant(0.2)') })
  assertExit(field, 2)
  assert.match(field.stdout, /U has wait_time: katydid calls it waitTime, waitTime = between\(1, 5\)/)
  assert.equal((await target.log()).length, 0)
})
