import { KatydidError, messageOf, stackOf } from '../errors.ts'
import { redact } from '../secrets/redactions.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * What a person sees of an error: the sentence and the hint. The stack of something unexpected is ours to read, so it is shown only
 * where it was asked for. Without the secrets that are known: a load file may put one into what it throws.
 */
export function describeError(error: unknown, env: Env): string {
  if (error instanceof KatydidError) {
    const hint = error.hint ? `\n${indent(error.hint)}` : ''
    return redact(`katydid: ${error.message}${hint}\n`)
  }
  const text = withStack(error, env)
  return redact(
    `katydid: internal error: ${text}\n  This is a bug in katydid. KATYDID_DEBUG=1 shows the stack trace.\n`,
  )
}

/** The same of an error that nobody waited for, outside a run. */
export function describeStrayError(error: unknown, env: Env): string {
  const whose = 'A timer, or a promise without await, threw this error, most likely in the load file'
  return redact(`katydid: ${withStack(error, env)}\n  ${whose}. KATYDID_DEBUG=1 shows the stack trace.\n`)
}

function withStack(error: unknown, env: Env): string {
  return messageOf(error) + (env.KATYDID_DEBUG && error instanceof Error ? `\n${stackOf(error)}` : '')
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
}
