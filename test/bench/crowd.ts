/**
 * A master with many workers: 5,000 simulated ones of 50 names each, reports every 3 s, heartbeats every second; and how long 50 of
 * them take from coming to the first users. The master's CPU and memory are its process's own, from the system.
 *
 *   node test/bench/crowd.ts [--workers 5000] [--seconds 45]
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { katydidCommand } from './katydid.ts'
import { printTable } from './table.ts'

const { values } = parseArgs({
  options: { workers: { type: 'string', default: '5000' }, seconds: { type: 'string', default: '45' } },
})
const root = new URL('../..', import.meta.url).pathname
const ticksPerSecond = 100

interface Usage {
  cpuS: number
  rssMb: number
}

function usageOf({ pid }: ChildProcess): Usage {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return { cpuS: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond, rssMb: Number(rss) / 1_000 }
}

async function crowd(workers: number, seconds: number) {
  const [node, main] = katydidCommand as [string, string]
  const flags = ['-u', String(workers), '-r', '100000', '-t', `${seconds}s`, '--expect-workers', String(workers)]
  const ports = ['--bind-host', '127.0.0.1', '--bind-port', '0', '--web-host', '127.0.0.1', '--web-port', '0']
  const pinned = (cpu: string, ...words: string[]) =>
    spawn('taskset', ['-c', cpu, ...words], { cwd: root, stdio: 'pipe' })
  const master = pinned(
    '0',
    node,
    main,
    'master',
    `${root}test/bench/load/idle.ts`,
    '-f',
    `${root}test/bench/load/reports.yaml`,
    ...flags,
    ...ports,
    '-L',
    'info',
  )
  let said = ''
  master.stdout.on('data', (text) => (said += text))
  const port = await new Promise<string>((resolve) => {
    master.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (!/INFO/.test(text)) process.stderr.write(text)
      const found = /waiting for workers on port (\d+)/.exec(text)
      if (found?.[1]) resolve(found[1])
    })
  })
  await sleep(1_500) // the load file is compiled meanwhile: the cluster is idle
  const marks: Record<string, number[]> = {}
  const simulated = pinned('1', node, `${root}test/bench/simulated-workers.ts`, port, String(workers), '50')
  simulated.stderr.pipe(process.stderr)
  const spawned = new Promise<void>((resolve) => {
    createInterface(simulated.stdout).on('line', (line) => {
      const [mark = '', ...numbers] = line.split(' ')
      marks[mark] = numbers.map(Number)
      if (mark === 'spawned') resolve()
    })
  })
  const left = new Promise<number | null>((resolve) => master.on('exit', resolve))
  await spawned
  await sleep(8_000)
  const before = usageOf(master)
  const windowS = Math.max(1, seconds - 14)
  let rssMb = 0
  for (let i = 0; i < windowS; i++) {
    await sleep(1_000)
    rssMb = Math.max(rssMb, usageOf(master).rssMb)
  }
  const cpu = (usageOf(master).cpuS - before.cpuS) / windowS
  const exitCode = await left
  await sleep(500)
  simulated.kill()
  return { marks, cpu, rssMb, exitCode, said }
}

const small = await crowd(50, 20)
const [joinedMs = 0] = small.marks.joined ?? []
const [spawnedMs = 0] = small.marks.spawned ?? []
printTable(
  ['50 workers', 'ms since the first came'],
  [
    ['all have their job', joinedMs],
    ['first users ordered', spawnedMs],
  ],
)

const workers = Number(values.workers)
const { marks, cpu, rssMb, exitCode, said } = await crowd(workers, Number(values.seconds))
const [p50, p99, max] = marks.answers ?? []
printTable(
  [
    'workers',
    'names',
    'all joined, s',
    'master CPU, of one core',
    'RSS, MB',
    'heartbeat answered after, ms: p50',
    'p99',
    'max',
    'exit',
  ],
  [
    [
      workers,
      50,
      ((marks.joined?.[0] ?? Number.NaN) / 1_000).toFixed(1),
      `${(cpu * 100).toFixed(0)} %`,
      rssMb.toFixed(0),
      p50 ?? '-',
      p99 ?? '-',
      max ?? '-',
      exitCode ?? '-',
    ],
  ],
)
console.log(
  said
    .split('\n')
    .filter((line) => /^(PASSED|FAILED|BROKEN)|Aggregated|worker_|delivered/.test(line))
    .slice(0, 12)
    .join('\n'),
)
