import { KatydidError, messageOf } from '../errors.ts'

/**
 * What a person sees of an error: the sentence and the hint. The stack of something unexpected is ours to read, so it is shown only
 * where it was asked for.
 */
export function describeError(error: unknown, env: Readonly<Record<string, string | undefined>>): string {
  if (error instanceof KatydidError) {
    const hint = error.hint ? `\n${indent(error.hint)}` : ''
    return `katydid: ${error.message}${hint}\n`
  }
  const text = messageOf(error)
  const stack = env.KATYDID_DEBUG && error instanceof Error ? `\n${error.stack}` : ''
  return `katydid: internal error: ${text}${stack}\n  This is a fault of katydid's; KATYDID_DEBUG=1 shows where.\n`
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
}
