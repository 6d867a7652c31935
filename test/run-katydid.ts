import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Result } from './result.ts'
import { roomToStart } from './room.ts'
import { trusted } from './steady.ts'

const main = fileURLToPath(new URL('../runner/src/main.ts', import.meta.url))

export interface RunOptions {
  /** Written to a temporary folder, which is the command's working directory. */
  files?: Record<string, string>
  /** On top of a bare environment: nothing of the machine's reaches the command. */
  env?: Record<string, string>
  cwd?: string
  input?: string
  /** Sends a signal after that time, or once `when` says so; several are sent one after another. */
  signalAfter?: Signalling | Signalling[]
  /** Flags of Node itself, such as a heap limit. */
  nodeFlags?: string[]
  /** How long the command may take before the test fails. */
  timeoutMs?: number
  /** `false` leaves `--json` out, where a test is about outputs. */
  json?: boolean
}

export interface Signalling {
  signal: NodeJS.Signals
  ms?: number
  when?: () => boolean | Promise<boolean>
}

export interface RunOutcome {
  exitCode: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  /** The parsed `--json` file of a `run`; a test that expects none fails on touching it. */
  result: Result
  hasResult: boolean
  /** The folder it ran in: outputs are there until the test process ends. */
  dir: string
  /** From the spawn to the exit: on a busy machine most of it may be the way to the first line of the load file. */
  elapsedMs: number
  /** From the beginning of the load, as the result has it, to the exit. */
  readonly loadedMs: number
  /** Epoch ms of each signal sent. */
  signalledAt: number[]
}

/** A command that has been started. */
export interface RunningKatydid {
  readonly child: ChildProcess
  /** What it has said so far. */
  said(): { stdout: string; stderr: string }
  /** Resolves to the match once it has said this on stderr. */
  saying(text: RegExp, withinMs?: number): Promise<RegExpExecArray>
  /** The same of stdout: reports, events and the verdict. */
  printing(text: RegExp, withinMs?: number): Promise<RegExpExecArray>
  /** Its end; a test that never asks for it must end the process by itself. */
  readonly done: Promise<RunOutcome>
}

/** How long something may take that is no matter of time: a machine may be busy with ten times the work that it can do. */
const longMs = 240_000

/**
 * Runs the real command line as a process of its own, on load files given inline, and waits for its end. What it leaves is parsed
 * and handed back; nothing is asserted here.
 */
export async function runKatydid(args: string[], options: RunOptions = {}): Promise<RunOutcome> {
  await roomToStart()
  const mayRepeat = args[0] === 'run' && options.signalAfter === undefined
  const run = () => startKatydid(args, options).done
  return mayRepeat ? trusted(run, (outcome) => outcome, args) : run()
}

/** Starts it, for tests in which something happens meanwhile. */
export function startKatydid(args: string[], options: RunOptions = {}): RunningKatydid {
  const dir = options.cwd ?? temporaryFolder()
  for (const [name, content] of Object.entries(options.files ?? {})) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), content)
  }
  const jsonAt = args.indexOf('--json')
  const wantsJson = ['run', 'master'].includes(args[0] ?? '') && options.json !== false
  const jsonPath = jsonAt >= 0 ? args[jsonAt + 1]! : 'result.json'
  const all = wantsJson && jsonAt < 0 ? [...args, '--json', jsonPath] : args

  const { PATH, NODE_COMPILE_CACHE } = process.env
  const startedAt = performance.now()
  let closedAt = 0
  const child = spawn(process.execPath, [...(options.nodeFlags ?? []), main, ...all], {
    cwd: dir,
    // how busy this machine is with other work is not what tests are about; the few that are say `--on-saturated broken`
    env: {
      PATH,
      HOME: dir,
      KATYDID_ON_SATURATED: 'warn',
      ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }),
      ...options.env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const signalledAt: number[] = []
  void sendSignals(child, [options.signalAfter ?? []].flat(), signalledAt)

  const timeoutMs = options.timeoutMs ?? longMs
  const ended = new Promise<Pick<RunOutcome, 'exitCode' | 'signal'>>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      const told = `${stdout}\n--- stderr\n${stderr}`
      reject(new Error(`katydid ${args.join(' ')} was still running after ${timeoutMs} ms\n--- stdout\n${told}`))
    }, timeoutMs)
    child.on('close', (code, by) => {
      clearTimeout(timer)
      closedAt = Date.now()
      resolve({ exitCode: code, signal: by })
    })
  })
  const done = ended.then(({ exitCode, signal }): RunOutcome => {
    const resultPath = join(dir, jsonPath)
    const hasResult = wantsJson && existsSync(resultPath)
    return {
      exitCode,
      signal,
      stdout,
      stderr,
      hasResult,
      get result() {
        if (!hasResult) throw new Error(`there is no ${jsonPath}; exit ${exitCode}\n${stdout}\n--- stderr\n${stderr}`)
        return JSON.parse(readFileSync(resultPath, 'utf8')) as Result
      },
      dir,
      elapsedMs: performance.now() - startedAt,
      get loadedMs() {
        return closedAt - Date.parse(this.result.startedAt)
      },
      signalledAt,
    }
  })
  done.catch(() => {}) // told where it is awaited
  const finding = async (where: () => string, text: RegExp, withinMs: number) => {
    for (const until = performance.now() + withinMs; ; await sleep(10)) {
      const match = text.exec(where())
      if (match) return match
      if (performance.now() > until || child.exitCode !== null)
        throw new Error(`katydid ${args.join(' ')} did not say ${text}\n--- stdout\n${stdout}\n--- stderr\n${stderr}`)
    }
  }
  const saying = (text: RegExp, withinMs = longMs / 2) => finding(() => stderr, text, withinMs)
  const printing = (text: RegExp, withinMs = longMs / 2) => finding(() => stdout, text, withinMs)
  return { child, said: () => ({ stdout, stderr }), saying, printing, done }
}

async function sendSignals(child: ChildProcess, signals: Signalling[], sentAt: number[]): Promise<void> {
  for (const { signal, ms = 0, when } of signals) {
    await sleep(ms)
    while (when && child.exitCode === null && !(await when())) await sleep(20)
    if (child.exitCode !== null || child.signalCode !== null) return
    sentAt.push(Date.now())
    child.kill(signal)
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

const folders: string[] = []

/** An empty folder, gone when the test process ends. */
export function temporaryFolder(): string {
  if (folders.length === 0)
    process.on('exit', () => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true })
    })
  const folder = mkdtempSync(join(tmpdir(), 'katydid-test-'))
  folders.push(folder)
  return folder
}
