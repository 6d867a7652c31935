/**
 * The HTTP client of this checkout against that of another one, on the same target: CPU time a request, rounds alternating, so that a
 * machine that is busy with other work is busy for both. The start of a process is not counted: only what its requests cost once it is warm.
 *
 *   git worktree add ../before <commit> && (cd ../before && npm ci)
 *   node test/bench/against.ts ../before [--seconds 3] [--rounds 9] [--users 50]
 */
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { nginxInstalled, startNginx } from './nginx.ts'
import { median, printTable } from './table.ts'

const { values, positionals } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '9' },
    users: { type: 'string', default: '50' },
    /** Of the child that measures. */
    url: { type: 'string' },
  },
  allowPositionals: true,
})
const [other] = positionals
if (other === undefined) throw new Error('name the other checkout: node test/bench/against.ts ../before')
await (values.url === undefined ? compare(other) : measure(other, values.url))

async function compare(before: string): Promise<void> {
  if (!nginxInstalled()) throw new Error('nginx is not installed')
  const checkouts = [resolve(before), resolve(import.meta.dirname, '../..')] as const
  const nginx = await startNginx({ pin: '1' })
  const micros: [before: number[], now: number[]] = [[], []]
  try {
    for (let round = 0; round < Number(values.rounds); round++)
      for (const which of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
        const options = ['--url', nginx.url, '--seconds', values.seconds, '--users', values.users]
        const command = ['-c', '0', process.execPath, import.meta.filename, checkouts[which], ...options]
        const { stdout } = await promisify(execFile)('taskset', command)
        micros[which].push(Number(stdout))
      }
  } finally {
    await nginx.close()
  }
  printTable(
    ['checkout', 'CPU µs a request (median)', 'least', 'most'],
    micros.map((list, which) => [
      which === 0 ? 'before' : 'now',
      ...[median(list), Math.min(...list), Math.max(...list)].map((value) => value.toFixed(2)),
    ]),
  )
  const ratios = micros[1].map((now, round) => now / (micros[0][round] ?? Number.NaN))
  console.log(`now is × ${median(ratios).toFixed(3)} (median of ${ratios.length} rounds)`)
}

/** Prints the CPU µs that a request of that checkout's client costs. */
async function measure(root: string, url: string): Promise<void> {
  const source = (path: string) => import(`${root}/runner/src/${path}`)
  const { HttpProtocol } = (await source(
    'protocols/http-protocol.ts',
  )) as typeof import('../../runner/src/protocols/http-protocol.ts')
  const { defaults } = (await source(
    'protocols/http-run.contract.ts',
  )) as typeof import('../../runner/src/protocols/http-run.contract.ts')
  const { Meter, Schedule } = (await source('stats/meter.ts')) as typeof import('../../runner/src/stats/meter.ts')
  const { Recorder } = (await source('stats/recorder.ts')) as typeof import('../../runner/src/stats/recorder.ts')
  const http = new HttpProtocol(defaults, new Meter(new Recorder()))
  const clients = Array.from({ length: Number(values.users) }, () =>
    http.client({ host: url, schedule: new Schedule() }),
  )
  let requests = 0
  const run = async (seconds: number) => {
    const until = performance.now() + seconds * 1_000
    const user = async (client: (typeof clients)[number]) => {
      while (performance.now() < until) {
        if ((await client.get('/x')).json<{ id: number }>().id !== 123) throw new Error('wrong answer')
        requests++
      }
    }
    await Promise.all(clients.map(user))
  }
  await run(1)
  requests = 0
  const before = process.cpuUsage()
  await run(Number(values.seconds))
  const { user, system } = process.cpuUsage(before)
  console.log((user + system) / requests)
  await http.close()
}
