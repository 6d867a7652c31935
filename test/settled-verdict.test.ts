import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { startReceiver } from './receiver.ts'
import { type RunOutcome, runKatydid } from './run-katydid.ts'
import { startTarget } from './target/target.ts'

const user = `import { constant, events, HttpUser, task } from 'katydid'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
export class U extends HttpUser { waitTime = constant(0.05); @task async t() { await this.client.get('/json') } }
`
const places = { json: 'a/result.json', junit: 'b/j.xml', html: 'c/r.html', csv: 'd/c' }
const flags = Object.entries(places).flatMap(([flag, path]) => [`--${flag}`, path])

interface Told {
  outcome: RunOutcome
  /** What each place says, as far as it says anything. */
  says: Record<string, string | undefined>
}

/** A run with all outputs, and what each of them says in the end. */
async function run(
  source: string,
  more: { args?: string[]; env?: (webhook: string) => Record<string, string>; answers?: number[] } = {},
): Promise<Told> {
  await using target = await startTarget()
  using webhook = await startReceiver('/hook', more.answers ?? [200, 200, 200])
  using store = await startReceiver('/store', [200, 200, 200])
  const args = ['run', 's.ts', '-H', target.url, '-u', '2', '-r', '20', '-t', '600ms', ...flags, ...(more.args ?? [])]
  const outcome = await runKatydid(args, {
    files: { 's.ts': user + source },
    env: { KATYDID_NOTIFY_URL: webhook.url, KATYDID_UPLOAD_URL: store.url },
  })
  const text = (path: string) =>
    existsSync(join(outcome.dir, path)) ? readFileSync(join(outcome.dir, path), 'utf8') : undefined
  const word = (found: string | undefined, pattern: RegExp) =>
    found === undefined ? undefined : pattern.exec(found)?.[1]?.toLowerCase()
  const notified = webhook.received.at(-1)?.body.toString()
  const archive = store.received.at(-1)?.body
  return {
    outcome,
    says: {
      exit: ['passed', 'failed', 'broken'][outcome.exitCode ?? 9],
      console: word(outcome.stdout, /^(PASSED|FAILED|BROKEN) — /m),
      json: word(text(places.json), /"outcome": "(\w+)"/),
      junit: word(text(places.junit), /<system-out>(PASSED|FAILED|BROKEN) — [^<]*<\/system-out>\s*<\/testsuite>/),
      html: word(text(places.html), /<title>(PASSED|FAILED|BROKEN) — /),
      webhook: word(notified, /"outcome":"(\w+)"/),
      upload: archive ? word(uploaded(archive, outcome.dir, 'result.json'), /"outcome": "(\w+)"/) : undefined,
    },
  }
}

/** A file out of an archive that was uploaded. */
function uploaded(archive: Buffer, dir: string, name: string): string | undefined {
  const path = join(dir, 'uploaded.tgz')
  writeFileSync(path, archive)
  const list = execFileSync('tar', ['-tzf', path], { encoding: 'utf8' }).split('\n')
  const found = list.find((entry) => entry.endsWith(name))
  return found && execFileSync('tar', ['-xzOf', path, found], { encoding: 'utf8' })
}

/** Where one output was to write there is a file now: it cannot. */
const spoil = (folder: string) => `
events.quitting.addListener(() => { rmSync('${folder}', { recursive: true }); writeFileSync('${folder}', '') })`

function assertAll(told: Told, expected: string, silent: readonly string[] = []): void {
  const { says, outcome } = told
  const wanted = Object.fromEntries(
    Object.keys(says).map((place) => [place, silent.includes(place) ? undefined : expected]),
  )
  assert.deepEqual(says, wanted, `${outcome.stdout}\n--- stderr\n${outcome.stderr}`)
}

describe('one verdict, told by all', { concurrency: 2 }, () => {
  for (const [output, path] of Object.entries(places))
    test(`broken, where ${output} cannot be written at the end: also by those that were written before`, async () => {
      const told = await run(spoil(path[0]!))
      // a history that is open stays so; its three neighbours cannot be written
      assertAll(told, 'broken', output === 'csv' ? [] : output === 'json' ? ['json', 'upload'] : [output])
      assert.match(told.outcome.stderr, new RegExp(`output ${output} failed: cannot write ${path}`))
    })

  test('passed, where the webhook refuses', async () => assertAll(await run('', { answers: [403] }), 'passed'))

  for (const hook of ['testStop', 'quitting', 'quit'])
    test(`broken, where a listener of ${hook} throws`, async () =>
      assertAll(await run(`events.${hook}.addListener(() => { throw new Error('at the end') })`), 'broken'))

  for (const [when, source] of [
    [
      'while files are written',
      "events.quit.addListener(() => setImmediate(() => { process.kill(process.pid, 'SIGINT'); process.kill(process.pid, 'SIGTERM') }))",
    ],
    [
      'a little later',
      "events.quit.addListener(() => setTimeout(() => { process.kill(process.pid, 'SIGINT'); process.kill(process.pid, 'SIGTERM') }, 30))",
    ],
    [
      'by process.exit while files are written',
      'events.quit.addListener(() => setImmediate(() => setImmediate(() => process.exit(0))))',
    ],
  ] as const)
    test(`ended ${when}: no file tells another verdict than the process`, async () => {
      const { says, outcome } = await run(source)
      const { exit, console: _, webhook: _w, upload: _u, ...files } = says
      const told = Object.values(files).filter((said) => said !== undefined)
      if (exit === 'passed') assert.deepEqual(told, ['passed', 'passed', 'passed'])
      else assert.deepEqual([exit, told], ['broken', []], outcome.stderr)
    })
})
