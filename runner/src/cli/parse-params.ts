import { KatydidError } from '../errors.ts'

/** `--param name=value`, several. */
export function parseParams(list: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {}
  for (const entry of list) {
    const at = entry.indexOf('=')
    if (at < 1)
      throw new KatydidError('USAGE', `bad --param ${JSON.stringify(entry)}`, { hint: 'write --param name=value' })
    params[entry.slice(0, at)] = entry.slice(at + 1)
  }
  return params
}
