import { KatydidError } from '../errors.ts'

/** @throws KatydidError USAGE where the text is no port */
export function portOf(flag: string, text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535 && text.trim() !== '') return port
  throw new KatydidError('USAGE', `bad ${flag} ${JSON.stringify(text)}`, {
    hint: 'use a whole number from 0 to 65535; 0 chooses a free port',
  })
}
