import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fullLoad, katydidCommand } from './katydid.ts'

/** A load file that reads and parses JSON. */
export const jsonLoad = new URL('load/json.ts', import.meta.url).pathname

/** `katydid master` with a full load of 50 users, on the second processor, once it waits for workers. */
export async function masterFor(
  url: string,
  seconds: number,
  workers = 1,
): Promise<{ child: ChildProcess; port: string; left: Promise<void> }> {
  const [node, main] = katydidCommand as [string, string]
  const flags = [...fullLoad(50, seconds), '--expect-workers', String(workers)]
  const ports = ['--bind-host', '127.0.0.1', '--bind-port', '0', '--web-host', '127.0.0.1', '--web-port', '0']
  const words = ['-c', '1', node, main, 'master', jsonLoad, '-H', url, ...flags, ...ports]
  const child = spawn('taskset', words, { stdio: ['ignore', 'ignore', 'pipe'] })
  const left = new Promise<void>((resolve) => child.on('exit', () => resolve()))
  const port = await new Promise<string>((resolve) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      const found = /waiting for workers on port (\d+)/.exec(text)
      if (found?.[1]) resolve(found[1])
    })
  })
  await sleep(1_000)
  return { child, port, left }
}
