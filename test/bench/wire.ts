/**
 * What distribution costs: CPU-seconds per request of a worker process under a master against the local run, alternating, nginx as the
 * target; merging 1,000 snapshots of 100 names; packing a second's report; memory of an idle worker, as it is
 * published (built).
 *
 *   npm run build && node test/bench/wire.ts [--seconds 6] [--rounds 3]
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { mergeDeltas } from '../../runner/src/stats/merge.ts'
import { Recorder } from '../../runner/src/stats/recorder.ts'
import { pack } from '../../runner/src/transport/katydid/packing.ts'
import { timeCommand } from './cpu-time.ts'
import { fullLoad, katydidCommand } from './katydid.ts'
import { jsonLoad, masterFor } from './master.ts'
import { nginxInstalled, startNginx } from './nginx.ts'
import { median, printTable } from './table.ts'

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '6' }, rounds: { type: 'string', default: '3' } },
})
const seconds = Number(values.seconds)
const here = new URL('.', import.meta.url).pathname
const health = { loopDelayMeanMs: 0.2, loopDelayMaxMs: 3, cpuPercent: 20, gcMs: 2, rssBytes: 1e8, saturated: false }

function snapshot(names: number, seed: number) {
  const recorder = new Recorder()
  for (let n = 0; n < names; n++) {
    const meter = recorder.request('GET', `/some/path/${n}`)
    for (let k = 0; k < 20; k++) meter.success(2 + ((n * 7 + k * 13 + seed) % 90) * 1.7, Number.NaN, 512)
  }
  return recorder.take()
}

const rates: Record<'local' | 'worker', number[]> = { local: [], worker: [] }
if (!nginxInstalled()) console.log('skipped: nginx is not installed')
else
  for (let round = 0; round < Number(values.rounds); round++)
    for (const kind of ['local', 'worker'] as const) {
      const nginx = await startNginx({ pin: '1' })
      const master = kind === 'worker' ? await masterFor(nginx.url, seconds) : undefined
      const words = master
        ? ['worker', '--master-port', master.port, '-L', 'warn']
        : ['run', jsonLoad, '-H', nginx.url, ...fullLoad(50, seconds)]
      const timed = await timeCommand([...katydidCommand, ...words], { pin: '0', timeoutMs: seconds * 1_000 + 60_000 })
      await master?.left
      const requests = await nginx.requests()
      await nginx.close()
      rates[kind].push(requests / timed.cpuSeconds)
      console.log(
        `round ${round + 1}  ${kind}: ${requests} requests, ${timed.cpuSeconds.toFixed(2)} CPU-s, exit ${timed.exitCode}`,
      )
    }
if (rates.worker.length > 0)
  printTable(
    ['', 'requests per CPU-second (median)', 'CPU per request, × the local run (median of rounds)'],
    [
      ['local run', Math.round(median(rates.local)), '1.00'],
      [
        'worker process under a master',
        Math.round(median(rates.worker)),
        median(rates.worker.map((rate, i) => (rates.local[i] ?? Number.NaN) / rate)).toFixed(2),
      ],
    ],
  )

const snapshots = Array.from({ length: 1_000 }, (_, i) => snapshot(100, i))
const merges: number[] = []
for (let i = 0; i < 7; i++) {
  const from = performance.now()
  mergeDeltas(snapshots)
  merges.push(performance.now() - from)
}
// a second's report of a full load: the histograms of 50 names, taken, packed and handed to the socket's thread
const packs: number[] = []
for (let i = 0; i < 30; i++) {
  const stats = snapshot(50, i)
  const from = performance.now()
  const body = pack({ type: 'stats', intervals: [{ second: i, durationMs: 1_000, stats, users: { U: 50 }, health }] })
  structuredClone(body, { transfer: [body.buffer as ArrayBuffer] })
  packs.push(performance.now() - from)
}
printTable(
  ['', 'ms (median)'],
  [
    ['merging 1,000 snapshots of 100 names', median(merges).toFixed(1)],
    ['packing a second of 50 names, of 1,000 ms', median(packs).toFixed(2)],
  ],
)

const built = `${here}../../runner/dist/main.js`
if (!existsSync(built)) console.log('skipped: memory of an idle worker (npm run build first)')
else {
  const master = await masterFor('http://127.0.0.1:9', seconds, 3) // which waits for a third, so that these have nothing to do
  const idle = ['json', 'pretty'].map((format) =>
    spawn(process.execPath, [built, 'worker', '--master-port', master.port, '--log-format', format], {
      stdio: 'ignore',
    }),
  )
  await sleep(4_000)
  const rss = idle.map(
    ({ pid }) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024,
  )
  printTable(
    ['idle worker process', 'RSS, MiB'],
    [
      ['logging JSON', rss[0]?.toFixed(1) ?? '-'],
      ['logging for people', rss[1]?.toFixed(1) ?? '-'],
    ],
  )
  for (const child of [...idle, master.child]) child.kill('SIGKILL')
}
