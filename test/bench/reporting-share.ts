/**
 * A worker's share of CPU for reporting at full load: a worker process under a master, nginx as the target, profiled by Node. Counted is
 * every sample with a frame of the reporter or of the transport in its stack, and all that the socket's own thread does.
 *
 *   node test/bench/reporting-share.ts [--seconds 12]
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { timeCommand } from './cpu-time.ts'
import { katydidCommand } from './katydid.ts'
import { masterFor } from './master.ts'
import { nginxInstalled, startNginx } from './nginx.ts'
import { printTable } from './table.ts'

/** What Node writes: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile; times in µs. */
interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string }; children?: number[] }[]
  samples: number[]
  timeDeltas: number[]
}

const idle = '(idle)'
const reporting =
  /runner\/src\/(worker\/reporter|transport\/|stats\/(snapshot|packed))|node_modules\/(zeromq|msgpackr)\//
const socketThread = /transport\/zmq\/socket-thread/
const startMs = 4_000
const endMs = 2_000

/** Milliseconds of CPU between start and end of the load: all, and those of reporting. */
function shares({ nodes, samples, timeDeltas }: Profile): { busyMs: number; reportingMs: number } {
  const isSocketThread = nodes.some(({ callFrame }) => socketThread.test(callFrame.url))
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const of = new Map<number, boolean>()
  const mark = (id: number, inside: boolean): void => {
    const node = byId.get(id)
    if (!node) return
    const reports = inside || reporting.test(node.callFrame.url)
    of.set(id, reports)
    for (const child of node.children ?? []) mark(child, reports)
  }
  if (nodes[0]) mark(nodes[0].id, false)
  const totalUs = timeDeltas.reduce((sum, delta) => sum + delta, 0)
  const sums = { busyMs: 0, reportingMs: 0 }
  let atUs = 0
  for (const [index, id] of samples.entries()) {
    const delta = timeDeltas[index] ?? 0
    atUs += delta
    if (atUs < startMs * 1_000 || atUs > totalUs - endMs * 1_000) continue
    if (byId.get(id)?.callFrame.functionName === idle) continue
    sums.busyMs += delta / 1_000
    if (isSocketThread || of.get(id)) sums.reportingMs += delta / 1_000
  }
  return sums
}

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '12' } } })
const seconds = Number(values.seconds)
if (!nginxInstalled()) console.log('skipped: nginx is not installed')
else {
  const dir = mkdtempSync(join(tmpdir(), 'katydid-profile-'))
  const nginx = await startNginx({ pin: '1' })
  const master = await masterFor(nginx.url, seconds)
  const [node, main] = katydidCommand as [string, string]
  const profiled = [node, '--cpu-prof', `--cpu-prof-dir=${dir}`, main]
  await timeCommand([...profiled, 'worker', '--master-port', master.port, '-L', 'warn'], {
    pin: '0',
    timeoutMs: seconds * 1_000 + 60_000,
  })
  await master.left
  const requests = await nginx.requests()
  await nginx.close()
  const threads = readdirSync(dir).map((name) => shares(JSON.parse(readFileSync(join(dir, name), 'utf8')) as Profile))
  rmSync(dir, { recursive: true })
  const sum = (of: 'busyMs' | 'reportingMs') => threads.reduce((all, thread) => all + thread[of], 0)
  printTable(
    ['worker at full load', `${requests} requests in ${seconds} s, ${threads.length} threads`],
    [
      ['CPU, ms', sum('busyMs').toFixed(0)],
      ['for reporting, ms', sum('reportingMs').toFixed(1)],
      ['share', `${((100 * sum('reportingMs')) / sum('busyMs')).toFixed(2)} %`],
    ],
  )
}
