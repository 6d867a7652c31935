import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'

const root = new URL('../..', import.meta.url).pathname

/** The command line, from its sources. */
export const katydidCommand = [process.execPath, `${root}runner/src/main.ts`]

/** As many requests as so many users can make, for so long. */
export const fullLoad = (users: number, seconds: number) => [
  ...['-u', String(users), '-r', '100000', '-t', `${seconds}s`],
  ...['--quiet', '--on-saturated', 'warn'],
]

/** What benches read of a result.json. */
export interface BenchResult {
  durationMs: number
  verdict: { outcome: string; findings: { text: string }[] }
  totals: {
    requests: number
    failures: number
    aborted: number
    rps: number
    latencyMs: Record<string, number>
    scheduledLatencyMs?: Record<string, number>
  }
  arrivals?: { offered: number; started: number; dropped: number }
}

/** A run of `katydid run …` as a child; `result` is its result.json. */
export async function runKatydid(
  args: readonly string[],
  watch?: (child: ChildProcess) => Promise<void> | void,
): Promise<{ exitCode: number; result: BenchResult }> {
  const dir = mkdtempSync(`${tmpdir()}/katydid-bench-`)
  try {
    const [command, ...first] = katydidCommand as [string, ...string[]]
    const child = spawn(command, [...first, 'run', ...args, '--quiet', '--json', `${dir}/result.json`], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: 600_000,
    })
    const ended = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? -1)))
    await watch?.(child)
    const exitCode = await ended
    return { exitCode, result: JSON.parse(readFileSync(`${dir}/result.json`, 'utf8')) as BenchResult }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
