/**
 * How many requests of which kind a worker has CPU for: one process, 50 users without waits, nginx as the target on another processor, kinds
 * alternating in one run. What runner/docs/kubernetes-workers.md says of how many workers a load needs is from here.
 *
 *   node test/bench/sizing.ts [--seconds 5] [--rounds 3]
 */
import { parseArgs } from 'node:util'
import { timeCommand } from './cpu-time.ts'
import { fullLoad, katydidCommand } from './katydid.ts'
import { nginxInstalled, startNginx } from './nginx.ts'
import { median, printTable } from './table.ts'

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '5' }, rounds: { type: 'string', default: '3' } },
})
const file = new URL('load/kinds.ts', import.meta.url).pathname
const kinds: { name: string; kind: string; tls?: boolean; flags?: string[] }[] = [
  { name: 'GET, JSON parsed', kind: 'json' },
  { name: 'POST of JSON, JSON parsed', kind: 'post' },
  { name: 'GET of 100 kB', kind: 'page' },
  { name: 'GET, a new connection each', kind: 'json', flags: ['--no-keep-alive'] },
  { name: 'GET over TLS', kind: 'json', tls: true },
  { name: 'GET over TLS, a new connection each', kind: 'json', tls: true, flags: ['--no-keep-alive'] },
  { name: 'GET over HTTP/2', kind: 'json', tls: true, flags: ['--http2'] },
]

if (!nginxInstalled()) {
  console.log('skipped: nginx is not installed')
  process.exit(0)
}
const rates = new Map<string, number[]>(kinds.map(({ name }) => [name, []]))
for (let round = 0; round < Number(values.rounds); round++)
  for (const { name, kind, tls = false, flags = [] } of kinds) {
    const nginx = await startNginx({ pin: '1' })
    try {
      const host = tls ? ['-H', nginx.tlsUrl, '--insecure'] : ['-H', nginx.url]
      const args = ['run', file, ...host, '--param', `kind=${kind}`, ...fullLoad(50, Number(values.seconds)), ...flags]
      const before = await nginx.requests()
      const timed = await timeCommand([...katydidCommand, ...args], { pin: '0' })
      const requests = (await nginx.requests()) - before
      if (timed.exitCode !== 0) console.log(`${name} ended with ${timed.exitCode}:\n${timed.output.slice(-600)}`)
      rates.get(name)?.push(requests / timed.cpuSeconds)
    } finally {
      await nginx.close()
    }
  }

const first = rates.get(kinds[0]!.name) ?? []
printTable(
  ['one request', 'per CPU-second (median)', 'min', 'max', 'its cost is × the first (median of rounds)'],
  [...rates].map(([name, list]) => [
    name,
    Math.round(median(list)),
    Math.round(Math.min(...list)),
    Math.round(Math.max(...list)),
    median(list.map((rate, i) => (first[i] ?? Number.NaN) / rate)).toFixed(2),
  ]),
)
