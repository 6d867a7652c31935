/**
 * Reported percentiles against the target's own log: it sleeps a known distribution of 20–500 ms and writes down how long each request really
 * took it. 50 users, a few thousand requests.
 *
 *   node test/bench/percentiles.ts [--seconds 20]
 */
import { parseArgs } from 'node:util'
import { startTarget } from '../target/target.ts'
import { runKatydid } from './katydid.ts'
import { printTable } from './table.ts'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '20' } } })
await using target = await startTarget()
const loadFile = new URL('load/path.ts', import.meta.url).pathname
const { result } = await runKatydid([
  loadFile,
  '-H',
  target.url,
  '-u',
  '50',
  '-r',
  '1000',
  '-t',
  `${values.seconds}s`,
  '--param',
  'path=/delay/known',
  '--param',
  'throughput=1000',
])
const served = (await target.log()).map(({ serviceMs }) => serviceMs).sort((a, b) => a - b)
const exact = (quantile: number) => served[Math.ceil(quantile * served.length) - 1] ?? Number.NaN
printTable(
  ['percentile', "target's log, ms", 'report, ms', 'off'],
  (['p50', 'p95', 'p99'] as const).map((name) => {
    const own = exact(Number(name.slice(1)) / 100)
    const said = result.totals.latencyMs[name] ?? Number.NaN
    return [name, own.toFixed(1), said.toFixed(1), `${((said / own - 1) * 100).toFixed(2)} %`]
  }),
)
console.log(`${served.length} answers in the target's log, ${result.totals.requests} in the report`)
