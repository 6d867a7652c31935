/**
 * Memory per waiting user: RSS of the whole process at N users, less RSS at 100 users, by the number of further users. Once with 15,000 users
 * that each keep a connection of their own open (nginx counts them), once with 50,000 whose connections close after each request.
 *
 *   node test/bench/memory.ts [--open 15000] [--closed 50000]
 */
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { runKatydid } from './katydid.ts'
import { startNginx } from './nginx.ts'
import { printTable } from './table.ts'

const { values } = parseArgs({
  options: { open: { type: 'string', default: '15000' }, closed: { type: 'string', default: '50000' } },
})
const loadFile = new URL('load/waiting.ts', import.meta.url).pathname

async function rssAt(users: number, flags: string[]): Promise<{ rss: number; requests: number; connections: number }> {
  const nginx = await startNginx()
  try {
    let rss = 0
    let connections = 0
    const rampSeconds = users / 2_000
    const { result } = await runKatydid(
      [
        loadFile,
        '-H',
        nginx.url,
        '-u',
        String(users),
        '-r',
        '2000',
        '-t',
        `${Math.ceil(rampSeconds + 8)}s`,
        '--on-saturated',
        'warn',
        ...flags,
      ],
      async (child) => {
        await sleep(rampSeconds * 1_000 + 6_000)
        rss = rssOf(child)
        connections = Number(/Active connections: (\d+)/.exec(await (await fetch(`${nginx.url}/status`)).text())?.[1])
      },
    )
    return { rss, requests: result.totals.requests, connections }
  } finally {
    await nginx.close()
  }
}

function rssOf(child: ChildProcess): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1_024
}

const rows: (string | number)[][] = []
for (const [title, users, flags] of [
  ['own connection open', Number(values.open), []],
  ['connection closed after each request', Number(values.closed), ['--no-keep-alive']],
] as [string, number, string[]][]) {
  const few = await rssAt(100, flags)
  const many = await rssAt(users, flags)
  const each = (many.rss - few.rss) / (users - 100) / 1_024
  rows.push([
    title,
    users,
    many.requests,
    many.connections,
    (few.rss / 2 ** 20).toFixed(0),
    (many.rss / 2 ** 20).toFixed(0),
    each.toFixed(1),
  ])
}
printTable(
  ['waiting users', 'users', 'requests', 'connections open at nginx', 'RSS at 100, MiB', 'RSS, MiB', 'KiB per user'],
  rows,
)
