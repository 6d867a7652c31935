/**
 * Requests per CPU-second, tools alternating in one run: katydid with a full load file that parses JSON, autocannon, k6, Locust's
 * FastHttpUser and HttpUser, and wrk for scale. The target (nginx) counts; CPU is that of the tool's whole process tree; each has one
 * processor and the target the other. Also katydid at 1,000 users against itself at 50.
 *
 *   node test/bench/requests-per-cpu.ts [--seconds 6] [--rounds 3]
 */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { parseArgs } from 'node:util'
import { timeCommand } from './cpu-time.ts'
import { fullLoad, katydidCommand } from './katydid.ts'
import { nginxInstalled, startNginx } from './nginx.ts'
import { median, printTable } from './table.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
  },
})
const seconds = Number(values.seconds)
const here = new URL('.', import.meta.url).pathname

interface Tool {
  name: string
  command: (url: string) => string[] | undefined
}

const katydid = (users: number) => (url: string) => [
  ...katydidCommand,
  'run',
  `${here}load/json.ts`,
  '-H',
  url,
  ...fullLoad(users, seconds),
]

const locust = (client: string) => (url: string) =>
  which('locust') === undefined
    ? undefined
    : [
        'env',
        `LOCUST_CLIENT=${client}`,
        'locust',
        '-f',
        `${here}load/json_locust.py`,
        '--headless',
        '--only-summary',
        '-H',
        url,
        '-u',
        '50',
        '-r',
        '100',
        '-t',
        `${seconds}s`,
        '-L',
        'ERROR',
      ]

const tools: Tool[] = [
  { name: 'katydid, 50 users', command: katydid(50) },
  { name: 'autocannon', command: (url) => autocannon(url) },
  { name: 'k6', command: (url) => k6(url) },
  { name: 'Locust FastHttpUser', command: locust('fast') },
  { name: 'Locust HttpUser', command: locust('plain') },
  {
    name: 'wrk',
    command: (url) => (which('wrk') === undefined ? undefined : ['wrk', '-t1', '-c50', `-d${seconds}`, `${url}/item`]),
  },
  { name: 'katydid, 1,000 users', command: katydid(1_000) },
]

if (!nginxInstalled()) {
  console.log('skipped: nginx is not installed')
  process.exit(0)
}
const chosen = tools.filter((tool) => !values.only || values.only.split(',').some((part) => tool.name.includes(part)))
const rates = new Map<string, number[]>(chosen.map((tool) => [tool.name, []]))
for (let round = 0; round < Number(values.rounds); round++)
  for (const tool of chosen) {
    const nginx = await startNginx({ pin: '1' })
    try {
      const command = tool.command(nginx.url)
      if (!command) {
        if (round === 0) console.log(`skipped: ${tool.name} is not installed`)
        continue
      }
      const before = await nginx.requests()
      const timed = await timeCommand(command, { pin: '0', timeoutMs: seconds * 1_000 + 60_000 })
      const requests = (await nginx.requests()) - before
      if (timed.exitCode !== 0) console.log(`${tool.name} ended with ${timed.exitCode}:\n${timed.output.slice(-600)}`)
      const rate = requests / timed.cpuSeconds
      rates.get(tool.name)?.push(rate)
      console.log(
        `round ${round + 1}  ${tool.name}: ${requests} requests, ${timed.cpuSeconds.toFixed(2)} CPU-s, ${Math.round(rate)}/CPU-s`,
      )
    } finally {
      await nginx.close()
    }
  }

const own = rates.get('katydid, 50 users') ?? []
printTable(
  ['tool', 'requests per CPU-second (median)', 'min', 'max', 'katydid at 50 users is × (median of rounds)'],
  [...rates]
    .filter(([, list]) => list.length > 0)
    .map(([name, list]) => [
      name,
      Math.round(median(list)),
      Math.round(Math.min(...list)),
      Math.round(Math.max(...list)),
      median(list.map((rate, i) => (own[i] ?? Number.NaN) / rate)).toFixed(2),
    ]),
)

function autocannon(url: string): string[] | undefined {
  for (const from of [
    `${process.cwd()}/`,
    import.meta.url,
    ...(process.env.AUTOCANNON ? [process.env.AUTOCANNON] : []),
  ])
    try {
      return [
        process.execPath,
        createRequire(from).resolve('autocannon'),
        '-c',
        '50',
        '-d',
        String(seconds),
        `${url}/item`,
      ]
    } catch {}
  return undefined
}

function k6(url: string): string[] | undefined {
  const binary = which('k6') ?? which(`${process.env.HOME}/go/bin/k6`)
  return binary === undefined
    ? undefined
    : [
        binary,
        'run',
        '--quiet',
        '--vus',
        '50',
        '--duration',
        `${seconds}s`,
        '-e',
        `TARGET=${url}`,
        `${here}load/json.k6.js`,
      ]
}

function which(name: string): string | undefined {
  const { status, stdout } = spawnSync('bash', ['-c', `command -v "$1"`, 'bash', name], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}
