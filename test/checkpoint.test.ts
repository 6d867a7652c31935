import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import schema from '../runner/result.schema.json' with { type: 'json' }
import { assertExit, assertTruth } from './assert-truth.ts'
import { Cluster } from './cluster.ts'
import type { Result } from './result.ts'
import { runKatydid, temporaryFolder } from './run-katydid.ts'
import { steady } from './steady.ts'
import { startTarget } from './target/target.ts'

const files = {
  'shop.ts': `
import { constant, HttpUser, task } from 'katydid'
export class Reader extends HttpUser { waitTime = constant(0.05); @task async read() { await this.client.get('/json') } }
`,
}
const saved = (token: string) => ['--run-token', token, '--checkpoint', 'kept/run.json', '--checkpoint-interval', '1s']
const load = (url: string, time: string) => ['shop.ts', '-H', url, '-u', '4', '-r', '40', '-t', time]
const get = async <T>(web: string, path: string) => (await (await fetch(`http://${web}${path}`)).json()) as T

describe('a master that is started again with its checkpoint', { concurrency: 2 }, () => {
  test('in the middle of its run: it serves what was saved, broken, and loads nothing any more', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const cwd = temporaryFolder()
    const outputs = ['--html', 'r.html', '--junit', 'j.xml', '--csv', 'c']
    const args = [...load(target.url, '60s'), ...saved('shop-1'), ...outputs, '--serve']
    const first = await cluster.master(args, { files, cwd })
    const old = cluster.worker(first.port)
    await target.loaded(400) // some 5 s of 80/s
    const until = (await target.counts()).total
    first.child.kill('SIGKILL')
    await first.done
    const second = await cluster.master([...args, '--bind-port', String(first.port)], { cwd })
    assert.equal((await old.done).exitCode, 3, 'there is no run for it any more')
    const late = cluster.worker(second.port)
    assert.equal((await late.done).exitCode, 3)
    const { total } = await target.settled()
    const verdict = await get<{ outcome: string; summary: string }>(second.web, '/verdict')
    assert.equal(verdict.outcome, 'broken')
    assert.match(
      verdict.summary,
      /^BROKEN — .*\n {2}broken {2}restarted: the master restarted: the results go up to 2\d{3}-.*Z; later ones are lost/,
    )
    const result = await get<Result>(second.web, '/result.json')
    assert.ok(new Ajv2020({ strict: false }).validate(schema, result))
    assert.equal(result.run.token, 'shop-1')
    const file = (name: string) => readFileSync(join(cwd, name), 'utf8')
    assert.deepEqual(JSON.parse(file('result.json')), result, 'the file is as served')
    assert.match(file('r.html'), /<title>BROKEN — /)
    assert.match(file('j.xml'), /errors="1".*restarted: |<error message="the master restarted/s)
    assert.ok(file('c_stats_history.csv').split('\n').length > 3, 'what the first has measured stays')
    // 4 users for 60 s were planned
    assert.match(verdict.summary, /delivered {2}\d+(\.\d+)? of 240 user-seconds \(\d\d?(\.\d+)? %\)/)
    const { requests } = result.totals
    // 80 a second; saved each second, of seconds that are complete
    assert.ok(requests > until - 250 && requests <= until, `${requests} of ${until}`)
    assert.ok((result.series as unknown[]).length > 0)
    const told = await runKatydid(['verdict', '--master', second.web])
    assertExit(told, 2)
    await sleep(1_500)
    assert.equal((await target.counts()).total, total, 'no load')
    second.child.kill('SIGTERM')
    assert.equal((await second.done).exitCode, 2)
  })

  test('after its run: the same verdict, the same figures, no load; workers that come leave with 0', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const cwd = temporaryFolder()
    const args = [...load(target.url, '2s'), ...saved('shop-1')]
    const first = await cluster.master(args, { files, cwd })
    cluster.worker(first.port)
    const run = await first.done
    assertExit(run, 0)
    await assertTruth(run, target)
    const told = { token: 'shop-1', job: 'one', at: '2026-01-02T03:04:05.000Z' }
    writeFileSync(join(cwd, 'kept/run.json.told'), JSON.stringify(told))
    const second = await cluster.master([...args, '--serve'], { cwd })
    const worker = cluster.worker(second.port)
    assert.equal((await worker.done).exitCode, 0)
    const toldAt = async (job: string) => (await get<{ toldAt?: string }>(second.web, `/verdict?job=${job}`)).toldAt
    assert.deepEqual([await toldAt('one'), await toldAt('two')], [undefined, told.at], 'whose verdict it is stays')
    const { katydid: _, ...result } = await get<Result & { katydid: string }>(second.web, '/result.json')
    assert.deepEqual(result.totals, run.result.totals)
    assert.equal(result.verdict.outcome, 'passed')
    assert.equal((await target.counts()).total, run.result.totals.requests)
    second.child.kill('SIGTERM')
    assert.equal((await second.done).exitCode, 0)
  })

  test('of the same token, and asked for another load: broken, whatever the verdict was, and no load', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const cwd = temporaryFolder()
    const args = [...load(target.url, '1s'), ...saved('nightly')]
    const shop = `import { pause } from './pause.ts'\n${files['shop.ts'].replace('0.05', 'pause')}`
    const first = await cluster.master(args, {
      files: { 'shop.ts': shop, 'pause.ts': 'export const pause = 0.05' },
      cwd,
    })
    cluster.worker(first.port)
    assertExit(await first.done, 0)
    const { total } = await target.counts()
    const ports = ['--web-port', '0', '--bind-port', '0']
    for (const [flags, changed] of [
      [['-u', '5'], {}],
      [[], { 'pause.ts': 'export const pause = 0.06' }],
    ] as const) {
      const again = await runKatydid(['master', ...args, ...ports, ...flags], { files: changed, cwd })
      assertExit(again, 2)
      assert.match(again.stderr, /run\.json \(--checkpoint\) belongs to a run with the same --run-token/)
      assert.equal(again.result.verdict.outcome, 'broken', 'the file of the first does not stay')
    }
    const env = { KATYDID_CLUSTER_KEY: 'of-another-installation-0123456789abcdef' }
    const other = await runKatydid(['master', ...args, ...ports], { cwd, env })
    assertExit(other, 2)
    assert.match(other.stderr, /belongs to a run with the same --run-token .*also KATYDID_CLUSTER_KEY/s)
    assert.equal((await target.counts()).total, total)
  })

  test(
    'for another run: it begins it',
    steady(async () => {
      await using target = await startTarget()
      using cluster = new Cluster()
      const cwd = temporaryFolder()
      for (const token of ['shop-1', 'shop-2']) {
        await target.reset()
        const master = await cluster.master([...load(target.url, '2s'), ...saved(token)], { files, cwd })
        cluster.worker(master.port)
        const run = await master.done
        assertExit(run, 0)
        await assertTruth(run, target)
      }
      assert.equal((JSON.parse(readFileSync(join(cwd, 'kept/run.json'), 'utf8')) as { token: string }).token, 'shop-2')
    }),
  )

  test('begun and nothing saved, or a file that is no checkpoint: broken, no load', async () => {
    const cwd = temporaryFolder()
    const args = ['master', ...load('http://127.0.0.1:9', '2s'), '--web-port', '0', '--bind-port', '0']
    const own = [...args, '--run-token', 'a', '--checkpoint', 'run.json']
    writeFileSync(
      join(cwd, 'run.json'),
      JSON.stringify({ token: 'a', finished: false, savedAt: new Date().toISOString(), published: null }),
    )
    const nothing = await runKatydid(own, { files, cwd })
    assert.equal(nothing.exitCode, 2)
    assert.match(nothing.stderr, /the master restarted: nothing of the run had been saved/)
    writeFileSync(join(cwd, 'run.json'), '{"half": ')
    const half = await runKatydid(own, { cwd })
    assert.equal(half.exitCode, 2)
    assert.match(half.stderr, /run\.json \(--checkpoint\) exists, but is not a valid checkpoint/)
    const noToken = await runKatydid([...args, '--checkpoint', 'run.json'], { cwd })
    assert.equal(noToken.exitCode, 2)
    assert.match(noToken.stderr, /--checkpoint needs --run-token/)
  })
})
