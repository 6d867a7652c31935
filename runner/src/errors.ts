/**
 * The process's exit codes, the same everywhere (run, verdict, Jobs): 0 the run passed, 1 a threshold broke,
 * 2 the run cannot be trusted or could not be started. The worse the outcome, the higher its code. Workers of a cluster add three of their own (transport).
 */
export const exitCodes = { passed: 0, failed: 1, broken: 2 } as const

export type Outcome = keyof typeof exitCodes

/** What went wrong, for programs: stable, unlike the sentence. */
export type ErrorCode =
  | 'USAGE' // an unknown command, option or argument
  | 'PLAN' // flags, environment or values files that do not make a plan
  | 'LOAD_FILE' // missing, does not compile, throws, has no users
  | 'PARAM' // a parameter of the load file
  | 'FEED' // a feed's file is missing, empty or malformed
  | 'OUTPUT' // a file or stream that cannot be written
  | 'HOOK' // setup, teardown or an event listener threw
  | 'RESTARTED' // a run that was begun by a process which is no more
  | 'INTERNAL' // ours

/**
 * An error a user can cause: a sentence that says what was wrong and where, and a hint that says what is allowed.
 * The command line prints both and never a stack trace.
 */
export class KatydidError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  /**
   * The hint without the lines of source that it quotes, where it quotes any: for those who have one line.
   *
   * @internal
   */
  readonly shortHint: string | undefined
  readonly exitCode: number

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; shortHint?: string; cause?: unknown; exitCode?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'KatydidError'
    this.code = code
    this.hint = options.hint
    this.shortHint = options.shortHint ?? options.hint
    this.exitCode = options.exitCode ?? exitCodes.broken
  }
}

/** @internal Of whatever was thrown. Its fields may hold anything, and may throw when they are read. */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error)
  } catch {
    return '(a value that cannot be shown)'
  }
}

/** @internal An error's stack as text: a library may have set `Error.prepareStackTrace`, and then it is a list of call sites. */
export function stackOf(error: unknown): string {
  try {
    const stack: unknown = error instanceof Error ? error.stack : undefined
    if (Array.isArray(stack)) return stack.map((site) => `    at ${site}`).join('\n')
    return typeof stack === 'string' ? stack : ''
  } catch {
    return ''
  }
}

/** @internal The same with what to do about it, where that is known: on one line. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof KatydidError) || !error.shortHint) return messageOf(error)
  return `${error.message}: ${error.shortHint.replaceAll('\n', '; ')}`
}
