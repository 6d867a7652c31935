import { redact } from '../secrets/redactions.ts'

const maxLength = 200

/**
 * What a failure is grouped by: its code (its cause's, where only that has one; a number is shown as `code 14` with the error's
 * name, as gRPC and database drivers have them), else the first line of its message without
 * what differs from one connection to the next: addresses, ports, ids.
 */
export function errorName(error: unknown): string {
  try {
    return read(error)
  } catch {
    // a getter of it threw: it is a failure all the same
    return 'unknown error'
  }
}

function read(error: unknown): string {
  if (typeof error === 'string') return sentence(error)
  if (typeof error !== 'object' || error === null) return `thrown: ${String(error)}`
  const code = codeOf(error) ?? codeOf((error as { cause?: unknown }).cause)
  if (code !== undefined) return code
  const { name, message } = error as { name?: unknown; message?: unknown }
  const text = typeof message === 'string' ? sentence(message) : ''
  return text || (typeof name === 'string' && name) || 'unknown error'
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { code } = error as { code?: unknown }
  if (typeof code === 'string' && code !== '') return code
  // a DOMException has a number for each of its names, which says less than they do
  if (typeof code !== 'number' || !Number.isInteger(code) || error instanceof DOMException) return undefined
  const { name } = error as { name?: unknown }
  return typeof name === 'string' && name !== '' && name !== 'Error' ? `${name} code ${code}` : `code ${code}`
}

const changing: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
  [/\b0x[0-9a-f]+\b/gi, '<address>'],
  [/\[[0-9a-f:.]*:[0-9a-f:.]*\](:\d+)?/gi, '<address>'],
  [/(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])/gi, '<address>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(:\d+)?\b/g, '<address>'],
  [/\b([a-z][\w-]*(?:\.[\w-]+)*):\d{2,5}\b/gi, '$1'],
  [/\bport \d+\b/gi, 'port'],
]

function sentence(message: string): string {
  // first: of a secret that was cut, or that looks like an id, a part would stay
  let line = redact(message)
    .slice(0, 4 * maxLength)
    .split('\n', 1)[0] as string
  for (const [pattern, replacement] of changing) line = line.replace(pattern, replacement)
  line = line.trim()
  return line.length > maxLength ? `${line.slice(0, maxLength - 1)}…` : line
}
