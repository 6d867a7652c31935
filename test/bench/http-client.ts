/**
 * The HTTP client by itself, without tasks and users around it: `await client.get()` and `json()` in as many loops as there are users,
 * against undici's dispatch with the least handler there can be, autocannon and wrk. Rounds alternate; nginx counts; CPU is that of
 * each tool's whole process, with its start. Then the memory of users that wait with an open connection.
 *
 *   node test/bench/http-client.ts [--seconds 4] [--rounds 3] [--users 50] [--idle 5000]
 */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Client } from 'undici'
import { HttpProtocol } from '../../runner/src/protocols/http-protocol.ts'
import { defaults } from '../../runner/src/protocols/http-run.contract.ts'
import { Meter, Schedule } from '../../runner/src/stats/meter.ts'
import { Recorder } from '../../runner/src/stats/recorder.ts'
import { timeCommand } from './cpu-time.ts'
import { nginxInstalled, startNginx } from './nginx.ts'
import { median, printTable } from './table.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    users: { type: 'string', default: '50' },
    idle: { type: 'string', default: '5000' },
    /** Which child this is; see `roles`. */
    role: { type: 'string' },
    url: { type: 'string', default: '' },
  },
})
const seconds = Number(values.seconds)
const users = Number(values.users)
const { url } = values

const roles: Record<string, () => Promise<void>> = { katydid, undici, idle }
await (values.role ? roles[values.role]!() : compare())

async function compare(): Promise<void> {
  if (!nginxInstalled()) return console.log('skipped: nginx is not installed')
  const nginx = await startNginx({ pin: '1' })
  const rates = new Map<string, number[]>()
  const own = (role: string, count = users) => [
    process.execPath,
    ...(role === 'idle' ? ['--expose-gc'] : []),
    fileURLToPath(import.meta.url),
    ...['--role', role, '--url', nginx.url, '--seconds', String(seconds), '--users', String(count)],
    ...['--idle', values.idle],
  ]
  const cannon = autocannon()
  const tools: [name: string, command: string[] | undefined][] = [
    ['katydid client', own('katydid')],
    [
      'autocannon',
      cannon ? [process.execPath, cannon, '-c', values.users, '-d', String(seconds), `${nginx.url}/x`] : undefined,
    ],
    ['undici dispatch', own('undici')],
    ['wrk', found('wrk') ? ['wrk', '-t1', `-c${users}`, `-d${seconds}`, `${nginx.url}/x`] : undefined],
    ['katydid client, 1,000 users', own('katydid', 1_000)],
  ]
  try {
    for (let round = 0; round < Number(values.rounds); round++)
      for (const [name, command] of tools) {
        if (!command) {
          if (round === 0) console.log(`skipped: ${name} is not installed`)
          continue
        }
        const before = await nginx.requests()
        const timed = await timeCommand(command, { pin: '0' })
        const requests = (await nginx.requests()) - before
        if (timed.exitCode !== 0) console.log(`${name} ended with ${timed.exitCode}:\n${timed.output.slice(-600)}`)
        rates.set(name, [...(rates.get(name) ?? []), requests / timed.cpuSeconds])
      }
    const mine = rates.get('katydid client') ?? []
    printTable(
      ['tool', 'requests per CPU-second (median)', 'the client is × (median of rounds)'],
      [...rates].map(([name, list]) => [
        name,
        Math.round(median(list)),
        median(list.map((rate, round) => (mine[round] ?? Number.NaN) / rate)).toFixed(2),
      ]),
    )
    const { output } = await timeCommand(own('idle'), {})
    console.log(output.trim())
  } finally {
    await nginx.close()
  }
}

function open() {
  const recorder = new Recorder()
  return { recorder, http: new HttpProtocol(defaults, new Meter(recorder)) }
}

async function katydid(): Promise<void> {
  const { http } = open()
  const until = performance.now() + seconds * 1_000
  const user = async () => {
    const client = http.client({ host: url, schedule: new Schedule() })
    while (performance.now() < until)
      if ((await client.get('/x')).json<{ id: number }>().id !== 123) throw new Error('wrong answer')
  }
  await Promise.all(Array.from({ length: users }, user))
  await http.close()
}

/** What undici costs at the least: no recording, no options, the body taken as it comes. */
async function undici(): Promise<void> {
  const until = performance.now() + seconds * 1_000
  class Handler {
    body: Buffer | undefined
    readonly resolve: (body: Buffer) => void
    constructor(resolve: (body: Buffer) => void) {
      this.resolve = resolve
    }
    onRequestStart(): void {}
    onResponseStart(): void {}
    onResponseData(_controller: unknown, chunk: Buffer): void {
      this.body = chunk
    }
    onResponseEnd(): void {
      this.resolve(this.body as Buffer)
    }
    onResponseError(_controller: unknown, error: Error): void {
      throw error
    }
  }
  const user = async () => {
    const client = new Client(url, { allowH2: false, headersTimeout: 0, bodyTimeout: 0 })
    while (performance.now() < until) {
      const body = await new Promise<Buffer>((resolve) =>
        client.dispatch({ path: '/x', method: 'GET' }, new Handler(resolve)),
      )
      if (JSON.parse(body.toString()).id !== 123) throw new Error('wrong answer')
    }
    await client.close()
  }
  await Promise.all(Array.from({ length: users }, user))
}

async function idle(): Promise<void> {
  const { http, recorder } = open()
  const count = Number(values.idle)
  const user = () => http.client({ host: url, schedule: new Schedule() }).get('/x')
  await user()
  await settled()
  const before = process.memoryUsage()
  for (let made = 0; made < count; made += 200) await Promise.all(Array.from({ length: 200 }, user))
  await settled()
  const after = process.memoryUsage()
  const perUser = (what: 'rss' | 'heapUsed') => ((after[what] - before[what]) / count / 1024).toFixed(1)
  const failed = recorder.take().errors
  console.log(
    `${http.sockets.open} users waiting, each with its open connection: ${perUser('rss')} KiB resident and ${perUser('heapUsed')} KiB heap a user${failed.length > 0 ? `, ${JSON.stringify(failed)}` : ''}`,
  )
  await http.close()
}

async function settled(): Promise<void> {
  for (let round = 0; round < 5; round++) {
    globalThis.gc?.()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function autocannon(): string | undefined {
  for (const from of [`${process.cwd()}/`, import.meta.url, process.env.AUTOCANNON ?? `${process.cwd()}/`])
    try {
      return createRequire(from).resolve('autocannon')
    } catch {}
  return undefined
}

function found(name: string): boolean {
  return spawnSync(name, ['-v']).error === undefined
}
