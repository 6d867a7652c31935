import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Cluster } from './cluster.ts'
import { temporaryFolder } from './run-katydid.ts'

/** Users that do nothing but take rows, and write down which: a file for each worker. */
const taking = `
import { appendFileSync } from 'node:fs'
import { constant, feed, task, User } from 'katydid'
const rows = feed('rows.csv', { mode: 'unique' })
let taken: string[] = []
let file = ''
export class Taker extends User {
  waitTime = constant(0.004)
  @task async take() {
    file ||= process.env.TAKEN + '/' + process.pid
    await this.environment.measure({ type: 'ROWS', name: 'take' }, async () => {
      for (let i = 0; i < 50; i++) {
        const { n } = await rows.next()
        taken.push(n)
      }
    })
    appendFileSync(file, taken.join('\\n') + '\\n')
    taken = []
  }
}
`

const rowsIn = (dir: string) =>
  readdirSync(dir).flatMap((name) =>
    readFileSync(join(dir, name), 'utf8')
      .split('\n')
      .filter((line) => line !== ''),
  )

test('a million rows over four workers, one killed: no row twice, and all others were handed out', async () => {
  using cluster = new Cluster()
  const total = 1_000_000
  const rows = `n\n${Array.from({ length: total }, (_, n) => n).join('\n')}\n`
  const TAKEN = temporaryFolder()
  // it ends when the rows do
  const args = ['f.ts', '-u', '8', '-r', '100', '-t', '400s', '--expect-workers', '4']
  const master = await cluster.master(args, { files: { 'f.ts': taking, 'rows.csv': rows } })
  const workers = Array.from({ length: 4 }, () => cluster.worker(master.port, [], { env: { TAKEN } }))
  for (const started = performance.now(); rowsIn(TAKEN).length < total / 10; await sleep(100))
    assert.ok(performance.now() - started < 60_000, 'the workers took no rows')
  workers[0]!.child.kill('SIGKILL')
  const run = await master.done
  const seen = new Uint8Array(total)
  const handedOut = rowsIn(TAKEN)
  for (const row of handedOut) seen[Number(row)]!++
  assert.equal(
    seen.findIndex((count) => count > 1),
    -1,
    'a row was handed out twice',
  )
  // lost with the killed worker: its open blocks and what it took and had not written; left: what others held when the first found no more
  const missing = total - handedOut.length
  assert.ok(missing >= 0 && missing <= 3_000, `${missing} rows were not handed out\n${run.stdout}`)
  assert.equal(run.result.exceptions.length, 0)
  assert.match(run.stdout, /has not been heard/)
})
