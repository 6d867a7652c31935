/**
 * Coordinated omission: the target is frozen for 1 s in every 5 while 200 requests a second are due. One in five falls into a freeze and waits
 * for what is left of it, evenly 0 to 1 s: true p90/p95/p99 are 500/750/950 ms. Once as arrivals, once as 20 users with
 * constantThroughput(10), started over 100 ms: users in step would make a staircase of the even spread.
 *
 *   node test/bench/coordinated-omission.ts [--seconds 30]
 */
import { parseArgs } from 'node:util'
import { startTarget } from '../target/target.ts'
import { runKatydid } from './katydid.ts'
import { printTable } from './table.ts'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '30' } } })
const loadFile = new URL('load/path.ts', import.meta.url).pathname
const truth = { p90: 500, p95: 750, p99: 950 }
const rows: string[][] = []
for (const [title, flags] of [
  ['arrivals, 200/s', ['--arrivals', '200/s', '--max-users', '1000']],
  ['20 users, constantThroughput(10)', ['-u', '20', '-r', '200']],
] as [string, string[]][]) {
  await using target = await startTarget()
  await target.freezeEvery(5_000, 1_000)
  const { result } = await runKatydid([loadFile, '-H', target.url, '-t', `${values.seconds}s`, ...flags])
  for (const [name, expected] of Object.entries(truth)) {
    const scheduled = result.totals.scheduledLatencyMs?.[name] ?? Number.NaN
    const plain = result.totals.latencyMs[name] ?? Number.NaN
    const off = `${((scheduled / expected - 1) * 100).toFixed(1)} %`
    rows.push([title, name, String(expected), scheduled.toFixed(0), off, plain.toFixed(0)])
  }
}
printTable(['profile', 'percentile', 'true, ms', 'from the intended start, ms', 'off', 'plain, ms'], rows)
