import { writeSync } from 'node:fs'
import { messageOf, stackOf } from './errors.ts'

/** What Node itself calls at the very end; typings leave it out. */
type NodeProcess = NodeJS.Process & { reallyExit(code?: number): never }

export interface ProcessEndOptions {
  /** What the process ends with where it was not done: never 0. */
  unfinishedCode: number
  /** A line of a stack, as the load file's author knows the place; undefined for what is not theirs. */
  placeOf(frame: string): string | undefined
  /** Takes secrets out of what is said. */
  redact(text: string): string
}

/**
 * How this process ends. A load file, or a library that it imports, can call `process.exit(0)` or leave nothing to wait for; that must not look
 * like a run that passed. Until an exit code is settled, every end that JavaScript can see is told in a sentence and has `unfinishedCode`. Once
 * one is settled, nothing changes it.
 */
export class ProcessEnd {
  readonly #options: ProcessEndOptions
  readonly #process: NodeProcess
  readonly #reallyExit: NodeProcess['reallyExit']
  readonly #unfinished = new Set<() => void>()
  #settled: number | undefined
  #isGivenUp = false

  constructor(options: ProcessEndOptions, own: NodeJS.Process = process) {
    this.#options = options
    this.#process = own as NodeProcess
    this.#reallyExit = this.#process.reallyExit.bind(own)
    this.#guard()
  }

  /** The process's work is done and told: from now on every end has this exit code. The first call counts. */
  settle(exitCode: number): void {
    this.#settled ??= exitCode
    this.#unfinished.clear()
  }

  /** Ends the process now, with the settled exit code. Where none is settled it is this one, and `reason` is why there is no result. */
  exit(exitCode: number, reason?: string): never {
    if (this.#settled === undefined) this.#giveUp(reason)
    this.settle(exitCode)
    return this.#process.exit(this.#settled)
  }

  /** Called at an end that comes before `settle`; synchronous. Returns how to take it back. */
  whenUnfinished(call: () => void): () => void {
    this.#unfinished.add(call)
    return () => void this.#unfinished.delete(call)
  }

  get #code(): number {
    return this.#settled ?? this.#options.unfinishedCode
  }

  /** Listeners of `exit` can be removed, and others can come after them; what Node calls cannot be avoided. */
  #guard(): void {
    const own = this.#process
    const emit = own.emit
    const { kill } = own
    let isEmitted = false
    // also where Node would emit nothing: a listener closes the sockets, and a process that ends with open ones is aborted by ZeroMQ
    const leave = (args: readonly unknown[]): never => {
      try {
        if (!isEmitted) {
          isEmitted = true
          Reflect.apply(emit, own, ['exit', ...args])
        }
      } catch (error) {
        this.#say(`a listener of the exit event of the process threw an error: ${messageOf(error)}`)
      }
      this.#tell(reasonOf(args[0], stackOf(new Error())))
      return this.#reallyExit(this.#code)
    }
    own.emit = ((event: string, ...args: unknown[]) =>
      event === 'exit' ? leave(args) : (Reflect.apply(emit, own, [event, ...args]) as boolean)) as NodeProcess['emit']
    own.reallyExit = (code) => {
      this.#tell(`process.reallyExit(${code}) was called`)
      return leave([this.#code])
    }
    own.abort = () => {
      this.#tell('process.abort() was called')
      return leave([this.#code])
    }
    own.kill = (pid, signal = 'SIGTERM') => {
      if (isOwn(pid) && this.#settled === undefined && endsAtOnce(own, signal)) {
        this.#tell(`process.kill(process.pid, ${JSON.stringify(signal)}) was called`)
        return leave([this.#code])
      }
      return Reflect.apply(kill, own, [pid, signal]) as true
    }
  }

  #tell(reason: string): void {
    if (this.#settled === undefined && !this.#isGivenUp) this.#giveUp(reason)
  }

  /** `reason`: left out where it was told. */
  #giveUp(reason: string | undefined): void {
    this.#isGivenUp = true
    for (const call of this.#unfinished) call()
    if (reason === undefined) return
    const place = this.#place(stackOf(new Error()))
    const hint = place ? `\n  ${ownEnd}` : ''
    this.#say(`${reason}${place ? ` at ${place}` : ''} before the run was over: there is no result${hint}`)
  }

  #place(stack = ''): string | undefined {
    return stack
      .split('\n')
      .map((frame) => this.#options.placeOf(frame))
      .find((place) => place !== undefined)
  }

  #say(text: string): void {
    try {
      writeSync(2, this.#options.redact(`katydid: ${text}\n`))
    } catch {} // nobody reads it
  }
}

const ownEnd =
  'The load file, or a package that it imports, must not end the process. To end a run, call environment.stop().'

function reasonOf(code: unknown, stack = ''): string {
  if (/\bprocess\.exit\b/.test(stack)) return `process.exit(${code}) was called`
  // what Node has printed by then
  if (code === 1 || code === 7) return 'an error ended the process'
  return 'the process had nothing left to do'
}

function isOwn(pid: number): boolean {
  return pid === process.pid || pid === 0 || pid === -process.pid
}

/** SIGINT and SIGTERM have listeners of ours, which end a run in order. */
function endsAtOnce(own: NodeJS.Process, signal: string | number): boolean {
  if (signal === 0) return false
  if (signal === 9 || signal === 'SIGKILL') return true
  return typeof signal === 'string' && deadly.has(signal) && own.listenerCount(signal) === 0
}

const deadly = new Set([
  'SIGHUP',
  'SIGQUIT',
  'SIGABRT',
  'SIGUSR2',
  'SIGALRM',
  'SIGPIPE',
  'SIGSEGV',
  'SIGBUS',
  'SIGILL',
  'SIGFPE',
  'SIGTRAP',
])
