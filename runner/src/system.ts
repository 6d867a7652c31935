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
  /** Calls back at each SIGINT and SIGTERM, and, as if at a SIGTERM, when the process that started this one with a channel is gone; returns how to stop listening. */
  onSignal(handler: (signal: 'SIGINT' | 'SIGTERM') => void): () => void
  /** Leaves at once, whatever is under way. */
  exit(code: number): never
}

export function realSystem(): System {
  // a reader that went away (`| head`) is no reason to crash a run
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  return {
    args: process.argv.slice(2),
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    cwd: () => process.cwd(),
    onSignal(handler) {
      const listener = (signal: NodeJS.Signals) => handler(signal as 'SIGINT' | 'SIGTERM')
      process.on('SIGINT', listener)
      process.on('SIGTERM', listener)
      const orphaned = () => handler('SIGTERM')
      if (process.channel) process.once('disconnect', orphaned)
      return () => {
        process.off('disconnect', orphaned)
        process.off('SIGINT', listener)
        process.off('SIGTERM', listener)
      }
    },
    exit: (code) => process.exit(code),
  }
}
