import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { assertExit, assertTruth } from './assert-truth.ts'
import { reader as files, startReceiver } from './receiver.ts'
import { type RunOutcome, runKatydid, temporaryFolder } from './run-katydid.ts'
import { startTarget, type Target } from './target/target.ts'

const startStore = (answers: readonly number[]) => startReceiver('/results/run.tar.gz', answers)
const secret = 'sig=c2VjcmV0LXNpZ25hdHVyZQ%3D%3D'

async function run(target: Target, url: string): Promise<RunOutcome> {
  const args = ['run', 'shop.ts', '-H', target.url, '-u', '3', '-r', '30', '-t', '1s']
  const outputs = [
    '--csv',
    'out/run',
    '--junit',
    'out/junit.xml',
    '--json',
    'out/result.json',
    '--html',
    'out/report.html',
  ]
  return runKatydid([...args, ...outputs], { files, env: { KATYDID_UPLOAD_URL: url } })
}

describe('KATYDID_UPLOAD_URL', { concurrency: 2 }, () => {
  test('the result files as one archive, after a store that is busy at first; what is in it is what was written', async () => {
    await using target = await startTarget()
    using store = await startStore([503, 201])
    const outcome = await run(target, `${store.url}?sv=2025-01-05&${secret}`)
    assertExit(outcome, 0)
    await assertTruth(outcome, target)
    assert.equal(store.received.length, 2)
    const { headers, body, path } = store.received[1]!
    assert.match(path, /sig=c2Vj/)
    assert.equal(headers['x-ms-blob-type'], 'BlockBlob')
    assert.equal(headers['content-length'], String(body.length))
    const dir = temporaryFolder()
    mkdirSync(join(dir, 'in'))
    writeFileSync(join(dir, 'a.tar.gz'), body)
    execFileSync('tar', ['--extract', '--gzip', '--file', join(dir, 'a.tar.gz'), '--directory', join(dir, 'in')])
    const sent = readdirSync(join(dir, 'in')).sort()
    assert.deepEqual(sent, readdirSync(join(outcome.dir, 'out')).sort())
    assert.equal(sent.length, 7)
    for (const name of sent)
      assert.deepEqual(readFileSync(join(dir, 'in', name)), readFileSync(join(outcome.dir, 'out', name)), name)
    assert.match(outcome.stderr, /results uploaded to http:\/\/127\.0\.0\.1:\d+\/results\/run\.tar\.gz: \d+ bytes/)
  })

  test('a store that refuses: told once, without the signature; the verdict stands and the files are there', async () => {
    await using target = await startTarget()
    using store = await startStore([403])
    const outcome = await run(target, `${store.url}?X-Amz-Signature=abcdef0123456789&${secret}`)
    assertExit(outcome, 0)
    assert.equal(store.received.length, 1, 'what is not allowed now will not be in a second')
    assert.equal(store.received[0]?.headers['x-ms-blob-type'], undefined)
    assert.match(
      outcome.stdout,
      /upload_failed: cannot upload the results to .*run\.tar\.gz: HTTP 403 \(a presigned URL must allow PUT/,
    )
    const said = outcome.stdout + outcome.stderr + readFileSync(join(outcome.dir, 'out/result.json'), 'utf8')
    assert.doesNotMatch(said, /abcdef0123456789|c2VjcmV0/)
  })

  test('mistakes are told before any load', async () => {
    const none = await runKatydid(['run', 'shop.ts', '-H', 'http://127.0.0.1:9'], {
      files,
      json: false,
      env: { KATYDID_UPLOAD_URL: 'https://store.test/x' },
    })
    assert.equal(none.exitCode, 2)
    assert.match(none.stderr, /KATYDID_UPLOAD_URL is set, but there is no result file to upload/)
    const bad = await runKatydid(['run', 'shop.ts', '-H', 'http://127.0.0.1:9'], {
      files,
      env: { KATYDID_UPLOAD_URL: 's3://bucket/key' },
    })
    assert.equal(bad.exitCode, 2)
    assert.match(bad.stderr, /KATYDID_UPLOAD_URL is not a URL to upload results to/)
  })
})
