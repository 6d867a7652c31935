import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { assertExit, assertTruth } from './assert-truth.ts'
import { Cluster } from './cluster.ts'
import { runKatydid, startKatydid, temporaryFolder } from './run-katydid.ts'
import { steady } from './steady.ts'
import { startTarget } from './target/target.ts'

const shop = `
import { constant, HttpUser, task } from 'katydid'
export class Reader extends HttpUser { waitTime = constant(0.05); @task async read() { await this.client.get('/json') } }
`
const values = 'load: { profile: { kind: constant, users: 8, spawnRate: 80/s, runTime: 1s } }\n'

/** A folder whose `v.yaml` is a pipe, as that of `-f <(helm get values load)`: what was read of it is gone. */
function withPipe(): { cwd: string; [Symbol.asyncDispose](): Promise<void> } {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'shop.ts'), shop)
  writeFileSync(join(cwd, 'values'), values)
  execFileSync('mkfifo', [join(cwd, 'v.yaml')])
  const writer = spawn('sh', ['-c', 'cat values > v.yaml'], { cwd, stdio: 'ignore' })
  const written = once(writer, 'exit')
  return {
    cwd,
    async [Symbol.asyncDispose]() {
      writer.kill() // where nobody reads
      await written
    },
  }
}

describe('a values file from a pipe', { concurrency: 4 }, () => {
  test('plan', async () => {
    await using pipe = withPipe()
    const planned = await runKatydid(['plan', 'shop.ts', '-f', 'v.yaml'], { cwd: pipe.cwd })
    assertExit(planned, 0)
    assert.match(planned.stdout, /^constant: 8 users at 80\/s, for 1s\n/)
  })

  test('run', async () => {
    await using target = await startTarget()
    await using pipe = withPipe()
    // not `runKatydid`, which may run it again
    const ran = await startKatydid(['run', 'shop.ts', '-f', 'v.yaml', '-H', target.url, '--processes', '2'], {
      cwd: pipe.cwd,
    }).done
    assert.match(ran.stdout, /target peak 8\n/)
    await assertTruth(ran, target)
  })

  test(
    'master with a checkpoint, which reads them for its mark, too',
    steady(async () => {
      await using target = await startTarget()
      await using cluster = new Cluster()
      await using pipe = withPipe()
      const master = await cluster.master(
        ['shop.ts', '-f', 'v.yaml', '-H', target.url, '--run-token', 'shop-1', '--checkpoint', 'run.json'],
        { cwd: pipe.cwd },
      )
      cluster.worker(master.port)
      const ended = await master.done
      assertExit(ended, 0)
      assert.match(ended.stdout, /target peak 8\n/)
    }),
  )
})
