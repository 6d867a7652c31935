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
   * stop listening. While nobody listens a signal ends the process, with 128 and its number.
   */
  onSignal(handler: (signal: 'SIGINT' | 'SIGTERM') => void): () => void
  /** Leaves at once, whatever is under way. */
  exit(code: number): never
}

type Handler = Parameters<System['onSignal']>[0]
const numbers = { SIGINT: 2, SIGTERM: 15 } as const

export function realSystem(): System {
  // a reader that went away (`| head`) is no reason to crash a run
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  const handlers = new Set<Handler>()
  const hear = (signal: keyof typeof numbers) => {
    // what a process without a listener would do: but the first one of a container would not hear it
    if (handlers.size === 0) process.exit(128 + numbers[signal])
    for (const handler of [...handlers]) handler(signal)
  }
  process.on('SIGINT', hear).on('SIGTERM', hear)
  return {
    args: process.argv.slice(2),
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    cwd: () => process.cwd(),
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
    exit: (code) => process.exit(code),
  }
}
