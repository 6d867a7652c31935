import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { givesAway } from '../runner/src/secrets/secret-encodings.fixture.ts'
import { Cluster } from './cluster.ts'
import { startReceiver } from './receiver.ts'
import { runKatydid, temporaryFolder } from './run-katydid.ts'
import { startTarget } from './target/target.ts'

const env = { PW: 'Passw0rd!<xyz> 1', TOK: 'tok3nSECRETtok3nSECRETtok3nSECRET' }
const file = `import { check, constant, events, HttpUser, metrics, parameters, secret, task } from 'katydid'
import { inspect } from 'node:util'
export const params = parameters({ pw: secret('PW'), tok: secret('TOK'), tenant: 'blue' })
let told = false
let asked = 0
export class A extends HttpUser {
  waitTime = constant(0.05)
  @task async query() { await this.client.get('/json', { query: { password: params.pw } }); asked++ }
  @task async cut() { using r = await this.client.get('/json?cut', { catchResponse: true, name: '/cut' }); r.failure('x'.repeat(180) + params.tok) }
  @task async ids() { using r = await this.client.get('/json?ids', { catchResponse: true, name: '/ids' }); r.failure('at host:8080 10.0.0.1 ' + encodeURIComponent(encodeURIComponent(params.pw))) }
  @task async url() { using r = await this.client.get('/' + params.pw, { catchResponse: true }); r.failure('at ' + r.url) }
  @task async basic() { await this.client.get('/json?basic', { auth: { username: 'u', password: params.pw } }) }
  @task async thrown() { throw new Error('refused ' + 'y'.repeat(480) + JSON.stringify(params)) }
  @task async counted() { metrics.counter('of ' + params.tok).add(1); check(true, 'with <' + params.pw + '>') }
  @task async printed() {
    if (told) return
    told = true
    const { client, environment } = this
    client.headers.authorization = 'Bearer ' + params.tok
    using response = await client.get('/echo/' + params.pw, { name: '/echo', catchResponse: true })
    response.failure(Buffer.from('me:' + params.pw).toString('base64'))
    console.log(params, client, response, environment, this, [params.tok], \`\${params.pw}\`)
    console.error(inspect(params), new URL('http://h/' + params.pw).href)
    process.stdout.write(Buffer.from('as bytes: ' + params.tok + '\\n'))
    if (/tok3n|Passw0rd/.test(inspect(params) + inspect(client) + inspect(response) + inspect(environment))) throw new Error('inspect shows it')
    const end = () => void (asked > 0 ? environment.stop('enough of ' + params.pw, 'failed') : setTimeout(end, 100))
    setTimeout(end, 1200)
  }
}
`
const args = (url: string) => [
  's.ts',
  '-H',
  url,
  '-u',
  '8',
  '-r',
  '80',
  '-t',
  '60s',
  '--json',
  'r.json',
  '--html',
  'r.html',
  '--csv',
  'c',
  '--junit',
  'j.xml',
]

/** Every file of a folder but the load file, by name. */
function filesOf(dir: string): Record<string, string> {
  const names = readdirSync(dir).filter((name) => name !== 's.ts')
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(dir, name), 'utf8')]))
}

function assertNoSecret(texts: Record<string, string>, values: readonly string[] = Object.values(env)): void {
  for (const [where, text] of Object.entries(texts))
    for (const value of values) {
      assert.ok(!givesAway(text, value), `${value} in ${where}: ${text}`)
      // cut short
      assert.ok(!text.includes(value.slice(0, 8)), `the beginning of ${value} in ${where}: ${text}`)
    }
}

test('a secret is in no file, on no stream and in no notification, however a load file writes it', async () => {
  await using target = await startTarget()
  using webhook = await startReceiver('/hook', [200])
  const outcome = await runKatydid(['run', ...args(target.url)], {
    files: { 's.ts': file },
    env: { ...env, KATYDID_NOTIFY_URL: webhook.url },
  })
  assert.equal(outcome.exitCode, 1, outcome.stderr)
  const { stdout, stderr } = outcome
  assertNoSecret({ ...filesOf(outcome.dir), stdout, stderr, webhook: String(webhook.received[0]?.body) })
  assert.match(stdout, /pw: '\[redacted\]', tok: '\[redacted\]', tenant: 'blue'/)
  assert.doesNotMatch(readFileSync(join(outcome.dir, 'r.json'), 'utf8'), /inspect shows it/)
  assert.match(stdout, /enough of \[redacted\]/)
  assert.match(stdout, /\/json\?password=\[redacted\]/)
})

test('our own words stay where a secret is one of them, and the same words from outside go', async () => {
  await using target = await startTarget()
  const words = { PW: 'users', TOK: 'requests', EVENTS: 'events', VERDICT: 'passed', LEVEL: 'level' }
  const secrets = Object.keys(words).map((name) => `${name}: secret('${name}')`)
  const outcome = await runKatydid(
    ['run', 's.ts', '-H', target.url, '-u', '2', '-r', '20', '-t', '500ms', '--log-format', 'json'],
    {
      env: words,
      files: {
        's.ts': `import { constant, HttpUser, metrics, parameters, secret, task } from 'katydid'
export const params = parameters({ ${secrets} })
export class A extends HttpUser {
  waitTime = constant(0.05)
  @task async a() { await this.client.get('/json', { name: 'users' }); metrics.counter('requests').add(1); console.log('printed users') }
}
export function setup() { console.error('printed level') }
`,
      },
    },
  )
  assert.equal(outcome.exitCode, 0, outcome.stderr)
  const { result, stdout, stderr } = outcome
  assert.equal(result.verdict.outcome, 'passed')
  assert.equal(result.users.peak, 2)
  assert.deepEqual(Object.keys(result.metrics), ['[redacted]'])
  assert.deepEqual(
    result.requests.map(({ name }) => name),
    ['[redacted]'],
  )
  assert.match(stdout, /^PASSED — \d+ requests, /m)
  assert.match(stdout, /^ {2}users {6}peak 2/m)
  assert.match(stdout, /^printed \[redacted\]$/m)
  assert.match(stderr, /^printed \[redacted\]$/m)
})

test('run-one shows requests and answers without secrets', async () => {
  await using target = await startTarget()
  const { stdout, stderr } = await runKatydid(['run-one', 's.ts', '-H', target.url, '-t', '1500ms'], {
    files: { 's.ts': file },
    env,
  })
  assert.match(stdout, /\[redacted\]/)
  assertNoSecret({ stdout, stderr })
})

test('a worker keeps its own values back, also where they are others than the master’s', async () => {
  await using target = await startTarget()
  using cluster = new Cluster()
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 's.ts'), file)
  const master = await cluster.master(
    [...args(target.url), '--run-token', 'a', '--checkpoint', 'ck.json', '--checkpoint-interval', '1s'],
    { cwd, env: { PW: 'of-the-master-1', TOK: 'of-the-master-2' } },
  )
  const worker = await cluster.worker(master.port, [], { env })
  const metrics = await fetch(`http://${master.web}/metrics`).then((response) => response.text())
  const outcome = await master.done
  const left = await worker.done
  assert.equal(outcome.exitCode, 1, outcome.stderr)
  assertNoSecret({
    ...filesOf(cwd),
    metrics,
    ...{ stdout: outcome.stdout, stderr: outcome.stderr, 'worker stdout': left.stdout, 'worker stderr': left.stderr },
  })
  assert.match(left.stdout, /pw: '\[redacted\]'/)
})

test('a secret that is too short to be kept back is refused, with the variable that has it', async () => {
  const { exitCode, stderr } = await runKatydid(['run', 's.ts', '-H', 'http://127.0.0.1:9'], {
    files: { 's.ts': file },
    env: { ...env, PW: 'abc' },
  })
  assert.equal(exitCode, 2)
  assert.match(
    stderr,
    /pw is a secret with fewer than 4 characters, too short to be hidden in reports: set a longer PW/,
  )
  assert.doesNotMatch(stderr, /abc/)
})
