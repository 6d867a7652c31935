import { availableParallelism } from 'node:os'
import { KatydidError } from '../errors.ts'

const mostProcesses = 256

/** `--processes`: how many. @throws KatydidError USAGE */
export function processCount(text: string): number {
  if (text === 'auto') return availableParallelism()
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= mostProcesses) return count
  throw new KatydidError('USAGE', `bad --processes ${JSON.stringify(text)}`, {
    hint: `use a whole number from 1 to ${mostProcesses}, or auto: one for each core, here ${availableParallelism()}`,
  })
}
