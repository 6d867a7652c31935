import type { HttpTrace } from '../protocols/sender.ts'
import { redact } from '../secrets/redactions.ts'
import { formatMs } from '../stats/format.ts'

const shownChars = 2_000

/** A request and its answer as a person reads them, secrets taken out. */
export function formatTrace(exchange: HttpTrace): string {
  const { response, requestHead, requestBody, url, method, name, hop } = exchange
  const lines = [`→ ${method} ${url}${hop ? ' (redirected)' : ''}${url.endsWith(name) ? '' : `   counted as ${name}`}`]
  lines.push(...indented(requestHead.split('\r\n').slice(1).join('\n')))
  if (requestBody !== undefined) lines.push('', ...indented(bodyText(requestBody)))
  if (response.error !== undefined && response.status === 0)
    lines.push(`← ${response.error} after ${formatMs(response.elapsedMs)}`)
  else {
    lines.push(`← ${response.status} in ${formatMs(response.elapsedMs)}`)
    const headers = Object.entries(response.headers).map(([header, value]) => `${header}: ${value}`)
    lines.push(...indented(headers.join('\n')), '', ...indented(answerText(response)))
  }
  return `${redact(lines.join('\n'))}\n\n`
}

function answerText(response: HttpTrace['response']): string {
  try {
    return cut(response.text())
  } catch (error) {
    return `(${error instanceof Error ? error.message : error})`
  }
}

function bodyText(body: NonNullable<HttpTrace['requestBody']>): string {
  if (typeof body === 'string') return cut(body)
  return Buffer.isBuffer(body) ? cut(body.toString()) : '(a stream)'
}

function cut(whole: string): string {
  // a secret at the place of the cut is whole before it; nobody reads the rest
  const text = redact(whole.slice(0, 2 * shownChars))
  return whole.length <= shownChars ? text : `${text.slice(0, shownChars)}… (${whole.length} characters)`
}

function indented(text: string): string[] {
  return text.trimEnd() === ''
    ? []
    : text
        .trimEnd()
        .split('\n')
        .map((line) => `  ${line}`)
}
