/**
 * A request that cannot be made as it was asked for. The message says what was wrong and what to write instead: problem and hint.
 * It has no path, no header value and no secret in it: reports group exceptions by their messages.
 */
export class RequestTypeError extends TypeError {
  readonly problem: string
  readonly hint: string

  constructor(problem: string, hint: string) {
    super(`${problem}; ${hint}`)
    this.problem = problem
    this.hint = hint
  }
}

/** What a value is, for a message: its kind, never its content. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'a list'
  if (value instanceof Promise) return 'a Promise: write await before it'
  if (typeof value === 'string') return 'text'
  if (typeof value !== 'object') return `a ${typeof value}`
  const name: unknown = value.constructor?.name
  return typeof name === 'string' && name !== '' && name !== 'Object'
    ? `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`
    : 'an object'
}
