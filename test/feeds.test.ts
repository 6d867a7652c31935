import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, beforeEach, describe, test } from 'node:test'
import { assertExit, assertTruth } from './assert-truth.ts'
import { runKatydid, temporaryFolder } from './run-katydid.ts'
import { startTarget } from './target/target.ts'

const target = await startTarget()
after(() => target.close())
beforeEach(() => target.reset())

const feeding = (options: string, path = 'users.csv') => `
import { constant, feed, HttpUser, task } from 'katydid'
const rows = feed('${path}', ${options})
export class U extends HttpUser {
  waitTime = constant(0.01)
  @task async t() {
    const row = await rows.next()
    await this.client.get('/status/200/' + encodeURIComponent(row.name + '-' + row.age), { name: 'row' })
  }
}
`
const csv = `name,age\n${Array.from({ length: 12 }, (_, index) => `n${index},${index}`).join('\n')}\n`
const asked = (...flags: string[]) => ['-H', target.url, '-u', '3', '-r', '30', ...flags]
const run = async (options: string, rows = csv, ...flags: string[]) => {
  const outcome = await runKatydid(['run', 'f.ts', ...asked('-t', '1s', ...flags)], {
    files: { 'f.ts': feeding(options), 'users.csv': rows },
  })
  if (outcome.hasResult) await assertTruth(outcome, target)
  return outcome
}
const handedOut = async () => {
  const { byPath } = await target.counts()
  return new Map(Object.entries(byPath).map(([path, count]) => [path.split('/').at(-1)!, count]))
}

test('unique rows, each once; a run that is to end with them does, and says so', async () => {
  const outcome = await run(`{ mode: 'unique', onEnd: 'stop' }`, csv, '-t', '20s')
  assertExit(outcome, 0)
  assert.match(outcome.stdout, /the load file ended the run: the feed users\.csv has no rows left: it had 12 rows$/m)
  assert.equal(outcome.result.totals.requests, 12)
  assert.deepEqual([...(await handedOut()).values()], Array(12).fill(1))
})

describe('rows that are used up, where nobody said that the run is to end with them', { concurrency: 2 }, () => {
  const files = { 'f.ts': feeding(`{ mode: 'unique' }`), 'users.csv': csv }
  const usedUp = /: the feed users\.csv has no rows left: it had 12 rows; add rows, or set onEnd: 'stop' to end /

  test('the rest of the users, or of the arrivals, was not delivered', async () => {
    for (const [flags, what, most] of [
      [asked('-t', '20s'), 'user-seconds not delivered', 60],
      [['-H', target.url, '--arrivals', '20/s', '--max-users', '3', '-t', '20s'], 'arrivals dropped', 400],
    ] as const) {
      const outcome = await runKatydid(['run', 'f.ts', ...flags], { files })
      assertExit(outcome, 2)
      const finding = outcome.result.verdict.findings.find(({ kind }) => kind === 'delivery')?.text ?? ''
      assert.ok(finding.startsWith(what) && usedUp.test(finding), outcome.stdout)
      const [, done, all] = /\((\S+) of (\S+)\)/.exec(finding) ?? []
      assert.ok(Number(done) > most / 2 && Number(all) > most * 0.9, finding)
      assert.equal(outcome.result.totals.requests, 12)
      assert.ok(outcome.result.durationMs < 15_000)
    }
  })

  test('a load shape, that was not over', async () => {
    const shape = `
import { LoadShape } from 'katydid'
export class Steps extends LoadShape { tick() { return this.runTime < 20 ? [3, 30] as const : undefined } }`
    // whose tasks catch what is thrown
    const file = files['f.ts'].replace('rows.next()', 'rows.next().catch(() => ({}))') + shape
    const outcome = await runKatydid(['run', 'f.ts', '-H', target.url], {
      files: { ...files, 'f.ts': file },
    })
    assertExit(outcome, 2)
    assert.match(
      outcome.stdout,
      /run ended early at \S+ m?s, before its load shape was over: the feed users\.csv has no rows left/,
    )
  })

  test('a run without an end of its own ends with them; an iteration of run-one that did not take place does not pass', async () => {
    const endless = await runKatydid(['run', 'f.ts', ...asked()], { files })
    assertExit(endless, 0)
    assert.match(endless.stdout, usedUp)
    const one = await runKatydid(['run-one', 'f.ts', '-H', target.url, '--iterations', '13'], { files })
    assertExit(one, 2)
    assert.match(one.stdout, usedUp)
  })
})

test('setup() may read all rows of a feed of its own, and catch the end', async () => {
  const setup = `
const seeds = feed('users.csv', { mode: 'unique' })
export async function setup() {
  let read = 0
  try { for (;;) { await seeds.next(); read++ } } catch {}
  console.log('seeded ' + read)
}
`
  const outcome = await runKatydid(['run', 'f.ts', ...asked('-t', '500ms')], {
    files: { 'f.ts': feeding(`{ mode: 'sequential' }`) + setup, 'users.csv': csv },
  })
  assertExit(outcome, 0)
  assert.match(outcome.stdout, /^seeded 12$/m)
})

test('recycled rows start over, in order', async () => {
  const outcome = await run(`{ mode: 'sequential', onEnd: 'recycle' }`)
  assertExit(outcome, 0)
  const counts = [...(await handedOut()).values()]
  assert.ok(Math.max(...counts) - Math.min(...counts) <= 1 && Math.min(...counts) > 1, String(counts))
})

test('a feed that must not run out breaks the run when it does', async () => {
  const outcome = await run(`{ mode: 'unique', onEnd: 'fail' }`, csv, '-t', '20s')
  assertExit(outcome, 2)
  assert.equal(outcome.result.totals.requests, 12)
  assert.ok(outcome.result.durationMs < 15_000)
  assert.ok(outcome.result.verdict.findings.some(({ text }) => text.includes('users.csv')))
})

test('random rows', async () => {
  const outcome = await run(`{ mode: 'random' }`)
  assertExit(outcome, 0)
  assert.ok((await handedOut()).size > 6)
})

test('quotes, commas, line ends and a byte order mark are CSV', async () => {
  const outcome = await run(`{ mode: 'unique', onEnd: 'stop' }`, '\ufeffname,age\r\n"a, ""b""",1\r\n"two\nlines",2\r\n')
  assertExit(outcome, 0)
  assert.deepEqual([...(await handedOut()).keys()].map(decodeURIComponent).sort(), ['a, "b"-1', 'two\nlines-2'])
})

test('a million rows cost no memory', async () => {
  const dir = temporaryFolder()
  const row = 'somebody with a rather long name and nothing else to say,42'
  writeFileSync(join(dir, 'users.csv'), `name,age\n${`${row}\n`.repeat(1_000_000)}`)
  const outcome = await runKatydid(['run', 'f.ts', '-H', target.url, '-u', '3', '-r', '30', '-t', '1s'], {
    cwd: dir,
    files: {
      'f.ts': feeding(`{ mode: 'sequential', onEnd: 'recycle' }`).replaceAll(
        "encodeURIComponent(row.name + '-' + row.age)",
        'row.age',
      ),
    },
    nodeFlags: ['--max-old-space-size=48'],
  })
  assertExit(outcome, 0)
  await assertTruth(outcome, target)
})
