import { fileURLToPath } from 'node:url'
import { KatydidError, sentenceOf, stackOf } from '../errors.ts'
import { redact } from '../secrets/redactions.ts'

const ownFolder = fileURLToPath(new URL('..', import.meta.url))
const ownUrl = new URL('..', import.meta.url).href
const maxFrames = 20
const maxMessage = 500

/** A thrown value as reports show it: one line of message, and the stack as far as it lies in the user's files. */
export interface Traceback {
  message: string
  traceback: string
}

export function tracebackOf(error: unknown): Traceback {
  try {
    return read(error)
  } catch {
    // a getter of it threw: that something was thrown counts all the same
    return { message: 'thrown: (a value that cannot be read)', traceback: '' }
  }
}

function read(error: unknown): Traceback {
  if (!(error instanceof Error)) return { message: clip(`thrown: ${describe(error)}`), traceback: '' }
  const lines = framesOf(error)
  for (let cause = error.cause, depth = 0; cause instanceof Error && depth < 3; cause = cause.cause, depth++)
    lines.push(`  caused by ${clip(titleOf(cause))}`, ...framesOf(cause))
  return { message: clip(titleOf(error)), traceback: lines.join('\n') }
}

/** Frames of Node and of this package tell a load file's author nothing. */
function framesOf(error: Error): string[] {
  const frames = stackOf(error)
    .split('\n')
    .filter((line) => /^\s+at /.test(line) && !isInternal(line))
    .map((frame) => frame.replace(promiseIndex, '$1'))
  // who awaits the users, at their end: ours, though no line of ours is named
  while (promiseFrame.test(frames.at(-1) ?? '')) frames.pop()
  return frames.slice(0, maxFrames)
}

/** Which one of many it was would make each a traceback of its own. */
const promiseIndex = /^(\s+at async Promise\.\w+) \(index \d+\)$/
const promiseFrame = /^\s+at async Promise\.\w+$/

function isInternal(frame: string): boolean {
  return (
    /[( ]node:/.test(frame) ||
    // the loader's own lines around the file, for which it has no source
    frame.includes('?katydid=') ||
    / \(?<anonymous>\)?$/.test(frame) ||
    frame.includes(ownFolder) ||
    frame.includes(ownUrl)
  )
}

function titleOf(error: Error): string {
  if (error instanceof KatydidError) return sentenceOf(error)
  // its author may have put anything there
  const { name, message }: { name: unknown; message: unknown } = error
  const title = typeof name === 'string' && name !== '' ? name : 'Error'
  return message ? `${title}: ${message}` : title
}

function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  try {
    return JSON.stringify(value)
  } catch {
    return Object.prototype.toString.call(value)
  }
}

function clip(message: string): string {
  const text = redact(message)
  return text.length > maxMessage ? `${text.slice(0, maxMessage - 1)}…` : text
}
