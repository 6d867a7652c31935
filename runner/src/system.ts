import { shownPlaceOf } from './loadfile/user-frames.ts'
import { ProcessEnd } from './process-end.ts'
import { hasSecrets, redact, redactPrinted } from './secrets/redactions.ts'

/**
 * Everything of the outside world a command may touch, so that commands can be run inside a test, and so that nothing else
 * reaches for `process`.
 */
export interface System {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  cwd(): string
  /**
   * Calls back at each SIGINT and SIGTERM, and, as if at a SIGTERM, when the process that started this one with a channel is gone; returns how to
   * stop listening. While nobody listens a signal ends the process.
   */
  onSignal(handler: (signal: 'SIGINT' | 'SIGTERM') => void): () => void
  /** Leaves at once, whatever is under way: with the settled exit code, where there is one, else with this and a sentence. */
  exit(code: number, reason?: string): never
  /** What the process was for is done and told: however it ends from now on, it has this exit code. */
  settle(exitCode: number): void
  /** Called, synchronously, where the process ends before `settle`; returns how to take it back. */
  whenUnfinished(call: () => void): () => void
}

type Handler = Parameters<System['onSignal']>[0]

/** What the process ends with where a load file, or a signal that nobody listens to, ends it before it is done. */
export interface EarlyExitCodes {
  unfinished: number
  interrupted: number
}

export function realSystem({ unfinished, interrupted }: EarlyExitCodes): System {
  // a load file may go elsewhere, and results are wanted where the command was given
  const folder = process.cwd()
  const end = new ProcessEnd({ unfinishedCode: unfinished, placeOf: shownPlaceOf, redact })
  // a reader that went away (`| head`) is no reason to crash a run
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => stream === process.stdout && tellFull(error))
    withoutSecrets(stream)
  }
  const handlers = new Set<Handler>()
  const hear = (signal: 'SIGINT' | 'SIGTERM') => {
    // what a process without a listener would do: but the first one of a container would not hear it
    if (handlers.size === 0) end.exit(interrupted, `${signal} came`)
    for (const handler of [...handlers]) handler(signal)
  }
  process.on('SIGINT', hear).on('SIGTERM', hear)
  return {
    args: process.argv.slice(2),
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    cwd: () => folder,
    onSignal(handler) {
      // the same one may listen twice
      const own: Handler = (signal) => handler(signal)
      handlers.add(own)
      const orphaned = () => handler('SIGTERM')
      if (process.channel) process.once('disconnect', orphaned)
      return () => {
        process.off('disconnect', orphaned)
        handlers.delete(own)
      }
    },
    exit: (code, reason) => end.exit(code, reason),
    settle: (exitCode) => end.settle(exitCode),
    whenUnfinished: (call) => end.whenUnfinished(call),
  }
}

/** Whatever prints there, also `console.log` of a load file and of the libraries it imports. */
function withoutSecrets(stream: NodeJS.WriteStream): void {
  const write = stream.write
  stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) =>
    Reflect.apply(write, stream, [hasSecrets() ? clean(chunk) : chunk, ...rest]) as boolean) as typeof stream.write
}

function clean(chunk: string | Uint8Array): string | Uint8Array {
  if (typeof chunk === 'string') return redactPrinted(chunk)
  const text = Buffer.from(chunk).toString()
  const redacted = redactPrinted(text)
  return redacted === text ? chunk : redacted
}

let isTold = false

/** What was printed is lost; the verdict is in the exit code and in the files. */
function tellFull({ code }: NodeJS.ErrnoException): void {
  if (code === 'EPIPE' || isTold) return
  isTold = true
  process.stderr.write(`katydid: cannot write to standard output (${code}): the output is lost\n`)
}
