import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { temporaryFolder } from '../run-katydid.ts'

export const root = new URL('../..', import.meta.url).pathname

export interface Ended {
  exitCode: number | null
  stdout: string
  stderr: string
}

/**
 * A machine on which `helm` and `kubectl` are scripts of the test: each call is noted, and answered by the bodies given (bash; `$*` is the call).
 * Its folder is the working directory, and the home.
 */
export class Fakes {
  readonly dir = temporaryFolder()
  readonly #env: Record<string, string>

  constructor(commands: Record<string, string>, env: Record<string, string> = {}) {
    this.#env = env
    for (const [name, body] of Object.entries(commands)) {
      const path = join(this.dir, name)
      writeFileSync(path, `#!/usr/bin/env bash\necho "${name} $*" >>'${this.dir}/calls'\n${body}\n`)
      chmodSync(path, 0o755)
    }
  }

  /** What was called, one a line. */
  get calls(): string {
    return this.read('calls')
  }

  /** A file of its folder; nothing where there is none. */
  read(name: string): string {
    const path = join(this.dir, name)
    return existsSync(path) ? readFileSync(path, 'utf8') : ''
  }

  write(name: string, text: string): void {
    const path = join(this.dir, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }

  /** An output of a step: of several of that name the last, as GitHub has it; undefined where it was never written. */
  output(name: string): string | undefined {
    return this.read('outputs')
      .split('\n')
      .findLast((line) => line.startsWith(`${name}=`))
      ?.slice(name.length + 1)
  }

  /** Until a command has been called. */
  async called(what: string): Promise<void> {
    for (let i = 0; i < 200 && !this.calls.includes(what); i++) await sleep(50)
    if (!this.calls.includes(what)) throw new Error(`not called within 10 s: ${what}\n${this.calls}`)
  }

  start(script: string, ...args: string[]) {
    return this.#spawn(join(root, 'scripts', script), args)
  }

  /** A line of bash, with the scripts in the PATH. */
  async line(line: string): Promise<Ended> {
    return this.#spawn('bash', ['-c', `PATH='${join(root, 'scripts')}':$PATH; ${line}`]).done
  }

  #spawn(command: string, args: string[]) {
    const child = spawn(command, args, {
      cwd: this.dir,
      env: { PATH: `${this.dir}:${process.env.PATH}`, HOME: this.dir, ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    })
    const said = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        said[name] += chunk
      })
    const done = new Promise<Ended>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (exitCode) => resolve({ ...said, exitCode }))
    })
    return { child, done }
  }

  run(script: string, ...args: string[]): Promise<Ended> {
    return this.start(script, ...args).done
  }
}
