const kinds = ['uncaughtException', 'unhandledRejection'] as const

/**
 * Hears what is thrown where nobody waits for it: in a timer, an emitter, a promise that nobody awaits. The process then goes on: it has measured
 * something. Returns how to stop hearing.
 */
export function onStrayErrors(hear: (error: unknown) => void): () => void {
  const listener = (error: unknown) => hear(error)
  for (const kind of kinds) process.on(kind, listener)
  return () => {
    for (const kind of kinds) process.off(kind, listener)
  }
}

/** As `onStrayErrors`, while nobody else hears them. */
export function onStrayErrorsOtherwise(hear: (error: unknown) => void): void {
  for (const kind of kinds)
    process.on(kind, (error: unknown) => {
      if (process.listenerCount(kind) === 1) hear(error)
    })
}
