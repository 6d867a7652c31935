/**
 * A run in a network of its own, for `partition.test.ts`: two workers, one of which reaches the master by 127.0.0.2, whose packets are dropped
 * for a while. Ends with `ok`, or with what was not as it should be.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { assertTruth } from './assert-truth.ts'
import { Cluster, reader, whenever } from './cluster.ts'
import { startTarget } from './target/target.ts'

const nft = (...words: string[]) => execFileSync('nft', words)

await using target = await startTarget()
using cluster = new Cluster()
const load = ['-u', '6', '-r', '50', '--expect-workers', '2']
const master = await cluster.master(['shop.ts', '-H', target.url, ...load, '--bind-host', '0.0.0.0'], {
  files: { 'shop.ts': reader },
})
const { env, end } = whenever()
const far = cluster.worker(master.port, ['--id', 'far_1', '--master-host', '127.0.0.2'], { env })
const near = cluster.worker(master.port, ['--id', 'near_1'], { env })

await target.loaded(200)
nft('add', 'table', 'inet', 'katydid')
nft('add', 'chain', 'inet', 'katydid', 'in', '{ type filter hook input priority 0; }')
for (const end of ['saddr', 'daddr']) nft('add', 'rule', 'inet', 'katydid', 'in', 'ip', end, '127.0.0.2', 'drop')
await sleep(12_000)
nft('delete', 'table', 'inet', 'katydid')
await master.printing(/worker_back/)
await target.loaded((await target.counts()).total + 300)
end()

const run = await master.done
assert.match(run.stdout, /worker far_1 has not been heard for/)
assert.ok(
  run.result.events.some(({ kind }) => kind === 'worker_back'),
  run.stdout,
)
await assertTruth(run, target)
assert.ok(run.result.users.peak <= 6, `${run.result.users.peak} users`)
const { missingSeconds } = run.result.workers.find(({ id }) => id === 'far_1')!
assert.ok(missingSeconds <= 1, `${missingSeconds} s are missing though it came back with them`)
for (const { done } of [far, near]) assert.equal((await done).exitCode, 0)
console.log('ok')
