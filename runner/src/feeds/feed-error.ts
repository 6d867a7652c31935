import { KatydidError } from '../errors.ts'

const maxLengthShown = 60

/** A mistake in a feed's file, at its line. */
export function feedError(shown: string, line: number | undefined, problem: string, hint?: string): KatydidError {
  const where = line === undefined ? shown : `${shown}:${line}`
  return new KatydidError('FEED', `The feed ${where} ${problem}`, hint === undefined ? {} : { hint })
}

/** The beginning of a piece of a file, up to the end of the line and short enough for a message. */
export function quote(bytes: Buffer): string {
  const [line = ''] = bytes.toString('utf8', 0, maxLengthShown * 4).split(/\r|\n/, 1)
  return JSON.stringify(line.length > maxLengthShown ? `${line.slice(0, maxLengthShown)}…` : line)
}
