/**
 * What checking a request's options costs: time and memory of the check alone, beside the CPU of a whole request with the same options. A request without
 * options is not checked at all. Rounds alternate; the target is a process of its own.
 *
 *   node --expose-gc test/bench/option-check.ts [--rounds 5] [--requests 20000]
 */
import { parseArgs } from 'node:util'
import type { RequestOptions } from '../../runner/src/protocols/http-options.ts'
import { HttpProtocol } from '../../runner/src/protocols/http-protocol.ts'
import { defaults } from '../../runner/src/protocols/http-run.contract.ts'
import { checkOptions } from '../../runner/src/protocols/option-check.ts'
import { Meter, Schedule } from '../../runner/src/stats/meter.ts'
import { Recorder } from '../../runner/src/stats/recorder.ts'
import { startTarget } from '../target/target.ts'
import { median, printTable } from './table.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, requests: { type: 'string', default: '20000' } },
})
const requests = Number(values.requests)
const users = 50
const checks = 2_000_000

// made anew for each request, as tasks make them
const kinds: Record<string, (() => RequestOptions) | undefined> = {
  'no options': undefined,
  '{ name }': () => ({ name: '/json' }),
  '{ catchResponse, name }': () => ({ catchResponse: true, name: '/json' }),
  '{ json, name, headers, timeout }': () => ({
    json: { quantity: 1 },
    name: '/json',
    headers: { 'x-tenant': 'blue' },
    timeout: 30,
  }),
}

const target = await startTarget()
const http = new HttpProtocol(defaults, new Meter(new Recorder()))
try {
  const alone = new Map<string, number[]>()
  const whole = new Map<string, number[]>()
  const bytes = new Map<string, number>()
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [kind, make] of Object.entries(kinds)) {
      push(alone, kind, make ? checkNs(make()) : 0)
      bytes.set(kind, make ? checkBytes(make()) : 0)
      push(whole, kind, await requestNs(make))
    }
  printTable(
    [
      'options',
      'check, ns (median)',
      'bytes made by a check',
      'CPU of the whole request, ns (median)',
      'share of the check',
    ],
    Object.keys(kinds).map((kind) => {
      const [check, request] = [median(alone.get(kind) ?? []), median(whole.get(kind) ?? [])]
      const share = `${((100 * check) / request).toFixed(2)} %`
      return [kind, check.toFixed(1), (bytes.get(kind) ?? 0).toFixed(2), Math.round(request), share]
    }),
  )
} finally {
  await http.close()
  await target.close()
}

function checkNs(options: RequestOptions): number {
  const startedAt = process.cpuUsage()
  for (let i = 0; i < checks; i++) checkOptions(options)
  return (usedUs(startedAt) * 1_000) / checks
}

function checkBytes(options: RequestOptions): number {
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < checks; i++) checkOptions(options)
  return Math.max(0, process.memoryUsage().heapUsed - before) / checks
}

async function requestNs(make: (() => RequestOptions) | undefined): Promise<number> {
  const startedAt = process.cpuUsage()
  let left = requests
  const user = async () => {
    const client = http.client({ host: target.url, schedule: new Schedule() })
    while (left-- > 0) (await client.get('/json', make?.()))[Symbol.dispose]()
    client.close()
  }
  await Promise.all(Array.from({ length: users }, user))
  return (usedUs(startedAt) * 1_000) / requests
}

function usedUs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return user + system
}

function push(into: Map<string, number[]>, kind: string, value: number): void {
  into.set(kind, [...(into.get(kind) ?? []), value])
}
