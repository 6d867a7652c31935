/**
 * The exit codes of a process. They are the same for the run, the verdict and the Jobs of a cluster: 0 the run passed,
 * 1 a threshold broke, 2 the results are not reliable or the run could not start. A worse outcome has a higher code. Workers of
 * a cluster have three more codes (see transport).
 */
export const exitCodes = { passed: 0, failed: 1, broken: 2 } as const

export type Outcome = keyof typeof exitCodes

/** The kind of an error, for programs. It stays the same when the message changes. */
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
 * A mistake in the load file, the plan or the environment. The message says what was wrong and where. The hint says what is
 * allowed and what to do. The command line prints both, without a stack trace.
 */
export class KatydidError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  /**
   * The hint without the lines of source code that it quotes. For output that has one line.
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
