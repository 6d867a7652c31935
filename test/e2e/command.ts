import { spawn } from 'node:child_process'

export interface Finished {
  exitCode: number | null
  stdout: string
  stderr: string
  /** Both, as they came. */
  text: string
  tookMs: number
  /** When it had said so much that this matches, by the clock (ms since 1970); undefined where it never did. */
  saidAt(what: RegExp): number | undefined
}

export interface RunningCommand {
  done: Promise<Finished>
  kill(signal: NodeJS.Signals): void
}

/** Starts a command; it is ended when it takes longer than `timeoutMs`. */
export function start(
  command: string,
  args: readonly string[],
  options: { timeoutMs?: number; input?: string; cwd?: string; env?: Record<string, string> } = {},
): RunningCommand {
  const begunAt = performance.now()
  const { timeoutMs = 300_000, input, cwd, env } = options
  const child = spawn(command, args, {
    timeout: timeoutMs,
    stdio: 'pipe',
    ...(cwd === undefined ? {} : { cwd }),
    ...(env ? { env } : {}),
  })
  const result = { stdout: '', stderr: '', text: '' }
  const parts: [length: number, at: number][] = []
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      result[name] += chunk
      result.text += chunk
      parts.push([result.text.length, Date.now()])
    })
  child.stdin.on('error', () => {}) // it may have ended without reading
  child.stdin.end(input ?? '')
  const saidAt = (what: RegExp) => {
    const found = what.exec(result.text)
    return found ? parts.find(([length]) => length >= found.index + found[0].length)?.[1] : undefined
  }
  const done = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exitCode) => resolve({ ...result, exitCode, tookMs: performance.now() - begunAt, saidAt }))
  })
  return { done, kill: (signal) => void child.kill(signal) }
}

/** The output of a command that must succeed. */
export async function output(command: string, args: readonly string[], input?: string): Promise<string> {
  const { exitCode, stdout, text } = await start(command, args, { timeoutMs: 120_000, ...(input ? { input } : {}) })
    .done
  if (exitCode !== 0) throw new Error(`${command} ${args.join(' ')}: exit ${exitCode}\n${text}`)
  return stdout
}
