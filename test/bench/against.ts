/**
 * The HTTP client of this checkout against that of another one, on the same target: CPU time a request, rounds alternating, so that a
 * machine that is busy with other work is busy for both.
 *
 *   git worktree add ../before <commit> && (cd ../before && npm ci)
 *   node test/bench/against.ts ../before [--seconds 3] [--rounds 9] [--users 50]
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { timeCommand } from './cpu-time.ts'
import { nginxInstalled, startNginx } from './nginx.ts'
import { median, printTable } from './table.ts'

const { values, positionals } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '9' },
    users: { type: 'string', default: '50' },
  },
  allowPositionals: true,
})
const [other] = positionals
if (other === undefined) throw new Error('name the other checkout: node test/bench/against.ts ../before')
if (!nginxInstalled()) throw new Error('nginx is not installed')

const checkouts = { before: resolve(other), now: resolve(import.meta.dirname, '../..') }
const nginx = await startNginx({ pin: '1' })
const micros = { before: [] as number[], now: [] as number[] }
try {
  for (let round = 0; round < Number(values.rounds); round++) {
    const both = ['before', 'now'] as const
    for (const which of round % 2 === 0 ? both : both.toReversed()) {
      const bench = `${checkouts[which]}/test/bench/http-client.ts`
      const command = [process.execPath, bench, '--role', 'katydid', '--url', nginx.url]
      const seen = await nginx.requests()
      const timed = await timeCommand([...command, '--seconds', values.seconds, '--users', values.users], { pin: '0' })
      if (timed.exitCode !== 0) throw new Error(`${which} ended with ${timed.exitCode}:\n${timed.output.slice(-600)}`)
      micros[which].push((timed.cpuSeconds * 1e6) / ((await nginx.requests()) - seen))
    }
  }
} finally {
  await nginx.close()
}
const ratios = micros.now.map((now, round) => now / (micros.before[round] ?? Number.NaN))
printTable(
  ['checkout', 'CPU µs a request (median)', 'least', 'most'],
  (['before', 'now'] as const).map((which) => [
    which,
    median(micros[which]).toFixed(2),
    Math.min(...micros[which]).toFixed(2),
    Math.max(...micros[which]).toFixed(2),
  ]),
)
console.log(`now is × ${median(ratios).toFixed(3)} (median of ${ratios.length} rounds)`)
