import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { assertExit, assertTruth } from './assert-truth.ts'
import { Cluster } from './cluster.ts'
import { reader as files, type Received, startReceiver } from './receiver.ts'
import { runKatydid, temporaryFolder } from './run-katydid.ts'
import { startTarget } from './target/target.ts'

const secret = '/services/T0000/B0000/c2VjcmV0LXdlYmhvb2s'

const startWebhook = (answers: readonly number[]) => startReceiver(secret, answers)
// biome-ignore lint/suspicious/noExplicitAny: whatever was sent
const sentIn = ({ body }: Received): any => JSON.parse(body.toString())

const load = (target: string) => ['shop.ts', '-H', target, '-u', '3', '-r', '30', '-t', '1s']
const about = {
  KATYDID_NOTIFY_RELEASE: 'shop',
  KATYDID_NOTIFY_NAMESPACE: 'tests',
  KATYDID_NOTIFY_LINK: 'https://ci.test/7?a=1&b=2',
}

describe('KATYDID_NOTIFY_URL', { concurrency: 3 }, () => {
  test('is told how a run ended, once it is busy no more, in words that a chat shows', async () => {
    await using target = await startTarget()
    using webhook = await startWebhook([503, 200])
    const outcome = await runKatydid(['run', ...load(target.url), '--threshold', 'p95 < 1us'], {
      files,
      env: { KATYDID_NOTIFY_URL: webhook.url, ...about },
    })
    assertExit(outcome, 1)
    await assertTruth(outcome, target)
    assert.equal(webhook.received.length, 2)
    const post = webhook.received[1] as Received
    const { method, path, headers } = post
    const body = sentIn(post)
    assert.deepEqual([method, path, headers['content-type']], ['POST', secret, 'application/json'])
    const [line = ''] = outcome.stdout.split('\n').filter((each) => each.startsWith('FAILED — '))
    assert.equal(body.verdict, line)
    const escaped = line.replaceAll('<', '&lt;')
    assert.equal(body.text, `tests/shop: ${escaped}\nhttps://ci.test/7?a=1&amp;b=2`)
    assert.deepEqual([body.release, body.namespace, body.link], ['shop', 'tests', about.KATYDID_NOTIFY_LINK])
    assert.deepEqual([body.outcome, body.exitCode], ['failed', 1])
    assert.equal(body.findings.length, 1)
    assert.match(body.findings[0].text, /^p95 < 1us/)
    assert.equal(body.startedAt, outcome.result.startedAt)
    assert.match(outcome.stderr, /sent the verdict to http:\/\/127\.0\.0\.1:\d+: failed/)
  })

  test('that refuses, or does not answer: a note, without its URL; the verdict stands', async () => {
    const refusing = async (answer: number, why: string) => {
      await using target = await startTarget()
      using webhook = await startWebhook(answer === 0 ? [0, 0, 0, 0] : [answer])
      const outcome = await runKatydid(['run', ...load(target.url), '--json', 'result.json'], {
        files,
        env: { KATYDID_NOTIFY_URL: webhook.url },
      })
      assertExit(outcome, 0)
      assert.ok(outcome.loadedMs < 25_000, `${outcome.loadedMs} ms`)
      assert.match(outcome.stdout, new RegExp(`notify_failed: cannot send the verdict to .*: ${why}`))
      const said = outcome.stdout + outcome.stderr + JSON.stringify(outcome.result)
      assert.doesNotMatch(said, /T0000|c2VjcmV0/)
    }
    await Promise.all([refusing(403, 'HTTP 403'), refusing(0, 'no answer')])
  })

  test('only of the ends that are asked for', async () => {
    await using target = await startTarget()
    using webhook = await startWebhook([200])
    const env = { KATYDID_NOTIFY_URL: webhook.url, KATYDID_NOTIFY_OUTCOMES: 'failed, broken' }
    assertExit(await runKatydid(['run', ...load(target.url)], { files, env }), 0)
    assert.equal(webhook.received.length, 0)
  })

  test('that is no URL: a note, and the run is a run', async () => {
    await using target = await startTarget()
    const env = { KATYDID_NOTIFY_URL: 'chat.test/secret-word' }
    const outcome = await runKatydid(['run', ...load(target.url)], { files, env })
    assertExit(outcome, 0)
    assert.match(outcome.stderr, /KATYDID_NOTIFY_URL is not a URL/)
    assert.doesNotMatch(outcome.stdout + outcome.stderr, /secret-word/)
  })

  test('also of what kept a run from beginning, of a run on a machine and of a master', async () => {
    using webhook = await startWebhook([200, 200])
    const env = { KATYDID_NOTIFY_URL: webhook.url }
    const options = { files: { 'shop.ts': 'export const nothing = 1\n' }, env }
    const run = await runKatydid(['run', ...load('http://127.0.0.1:9')], { ...options, json: false })
    assert.equal(run.exitCode, 2)
    using cluster = new Cluster()
    const master = await cluster.master([...load('http://127.0.0.1:9'), '--run-token', 'r1-a'], options)
    assert.equal((await master.done).exitCode, 2)
    assert.equal(webhook.received.length, 2)
    for (const body of webhook.received.map(sentIn)) {
      assert.equal(body.outcome, 'broken')
      assert.match(body.text, /^BROKEN — no requests, .*shop\.ts/)
    }
    assert.deepEqual(
      webhook.received.map((post) => sentIn(post).run),
      [undefined, 'r1-a'],
    )
  })

  test('of a run that its master lost, by the one that is started again', async () => {
    await using target = await startTarget()
    using webhook = await startWebhook([200])
    using cluster = new Cluster()
    const cwd = temporaryFolder()
    const saved = ['--run-token', 'r1-a', '--checkpoint', 'run.json', '--checkpoint-interval', '1s', '--serve']
    const args = ['shop.ts', '-H', target.url, '-u', '3', '-r', '30', '-t', '60s', ...saved]
    const options = { files, cwd, env: { KATYDID_NOTIFY_URL: webhook.url } }
    const first = await cluster.master(args, options)
    cluster.worker(first.port)
    for (let i = 0; i < 2_000 && !/"finished":\s*false.*"published":\s*\{/s.test(read(join(cwd, 'run.json'))); i++)
      await new Promise((resolve) => setTimeout(resolve, 50))
    first.child.kill('SIGKILL')
    await first.done
    const second = await cluster.master(args, options)
    second.child.kill('SIGTERM')
    assert.equal((await second.done).exitCode, 2)
    assert.equal(webhook.received.length, 1)
    const body = sentIn(webhook.received[0] as Received)
    assert.match(body.verdict, /^BROKEN — .*the master restarted/)
    assert.equal(body.run, 'r1-a')
    const third = await cluster.master(args, options)
    third.child.kill('SIGTERM')
    assert.equal((await third.done).exitCode, 2)
    assert.equal(webhook.received.length, 1, 'once')
  })

  test('has no secret in what a chat shows, whatever that makes of its letters; a login in the URL is one', async () => {
    using webhook = await startWebhook([200])
    const { url } = webhook
    const file = `import { HttpUser, parameters, secret, task } from 'katydid'
      export const params = parameters({ key: secret('KEY') })
      export class U extends HttpUser { @task go() {} }
      export function setup() { throw new Error('login with ' + params.key + ' refused') }`
    await runKatydid(['run', 'shop.ts', '-H', 'http://127.0.0.1:9', '-t', '1s'], {
      files: { 'shop.ts': file },
      env: { KEY: 'p&ss-w0rd', KATYDID_NOTIFY_URL: url.replace('//', '//bob:s%26esame@') },
    })
    const [post] = webhook.received
    assert.match(sentIn(post as Received).text, /login with \[redacted\] refused/)
    assert.equal(post?.headers.authorization, `Basic ${Buffer.from('bob:s&esame').toString('base64')}`)
  })
})

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
