import { spawn } from 'node:child_process'

export interface Timed {
  exitCode: number
  /** User and system time of the command and all it waited for, s. */
  cpuSeconds: number
  wallSeconds: number
  output: string
}

/**
 * Runs a command and tells what it cost, by the shell's own `time`, which counts the whole process tree. `pin` names the processor it
 * may use.
 */
export function timeCommand(
  command: readonly string[],
  options: { pin?: string; cwd?: string; timeoutMs?: number } = {},
): Promise<Timed> {
  const words = options.pin ? ['taskset', '-c', options.pin, ...command] : [...command]
  const script = 'TIMEFORMAT="katydid-time %U %S %R"; time "$@"'
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', script, 'bash', ...words], {
      cwd: options.cwd,
      timeout: options.timeoutMs ?? 120_000,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
    child.once('error', reject)
    child.once('close', (code) => {
      const [, user, system, wall] = /katydid-time (\S+) (\S+) (\S+)/.exec(output) ?? []
      if (user === undefined) return reject(new Error(`not timed: ${output.slice(-2_000)}`))
      resolve({
        exitCode: code ?? -1,
        cpuSeconds: Number(user) + Number(system),
        wallSeconds: Number(wall),
        output: output.replace(/katydid-time .*\n?/, ''),
      })
    })
  })
}
