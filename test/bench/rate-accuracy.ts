/**
 * Timer and rate accuracy: 2,000 arrivals per second for 20 s, as the target saw them: the total, and each 100 ms.
 *
 *   node test/bench/rate-accuracy.ts [--rate 2000] [--seconds 20]
 */
import { parseArgs } from 'node:util'
import { startTarget } from '../target/target.ts'
import { runKatydid } from './katydid.ts'
import { printTable } from './table.ts'

const { values } = parseArgs({
  options: { rate: { type: 'string', default: '2000' }, seconds: { type: 'string', default: '20' } },
})
const rate = Number(values.rate)
const seconds = Number(values.seconds)
await using target = await startTarget()
const loadFile = new URL('load/path.ts', import.meta.url).pathname
const { result } = await runKatydid([
  loadFile,
  '-H',
  target.url,
  '--arrivals',
  `${rate}/s`,
  '--max-users',
  '500',
  '-t',
  `${seconds}s`,
  '--on-saturated',
  'warn',
])
const { total, bins } = await target.settled()
// the run begins and ends inside a bin: those two are not whole
const whole = bins.counts.slice(1, -1)
const each = rate / 10
printTable(
  [
    'arrivals',
    'asked',
    'seen by the target',
    'off in total',
    'whole 100 ms bins',
    'worst bin',
    'off',
    'bins off by > 20 %',
  ],
  [
    [
      `${rate}/s for ${seconds} s`,
      rate * seconds,
      total,
      percent(total / (rate * seconds) - 1),
      whole.length,
      whole.reduce((worst, count) => (Math.abs(count - each) > Math.abs(worst - each) ? count : worst), each),
      percent(Math.max(...whole.map((count) => Math.abs(count / each - 1)))),
      whole.filter((count) => Math.abs(count / each - 1) > 0.2).length,
    ],
  ],
)
console.log(
  `report: ${result.totals.requests} requests, ${result.totals.aborted} aborted, dropped ${result.arrivals?.dropped}`,
)

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(2)} %`
}
