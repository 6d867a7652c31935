import { resolve } from 'node:path'
import type { Message } from 'esbuild'
import { KatydidError } from '../errors.ts'
import { caretUnder } from './excerpt.ts'
import type { OwnLocation } from './own-location.ts'
import { shownPath } from './shown-path.ts'

const mostShown = 5

/** What esbuild found wrong, as one error: the first in the sentence with its line, the others below. */
export function compileError(
  messages: readonly Message[],
  file: string,
  folder: string,
  location: OwnLocation,
): KatydidError {
  const [first, ...others] = messages.map((message) => placed(message, folder, location))
  if (!first) return new KatydidError('LOAD_FILE', `The load file ${shownPath(file)} does not compile`)
  const more = others.length > mostShown ? `and ${others.length - mostShown} more` : undefined
  const told = others.slice(0, mostShown).map((other) => [describeMessage(other, folder), underline(other)] as const)
  const lines = (parts: readonly (string | undefined)[]) => parts.filter(Boolean).join('\n')
  return new KatydidError('LOAD_FILE', describeMessage(first, folder), {
    hint: lines([underline(first), advice(first), ...told.flat(), more]),
    shortHint: lines([advice(first), ...told.map(([sentence]) => sentence), more]),
  })
}

/** `file:line:column: what`; esbuild's paths are relative to the folder it worked in. */
export function describeMessage({ text, location, notes }: Message, folder: string): string {
  const what = unknownPackage(text) ? `Cannot find the package ${unknownPackage(text)}` : text
  if (location) return `${shownPath(resolve(folder, location.file))}:${location.line}:${location.column + 1}: ${what}`
  return [what, ...notes.map((note) => note.text)].join(' ')
}

function unknownPackage(text: string): string | undefined {
  const specifier = /^Could not resolve "([^"]+)"/.exec(text)?.[1]
  return specifier && /^[^./]/.test(specifier) ? specifier : undefined
}

function advice({ text, notes }: Message): string | undefined {
  const specifier = unknownPackage(text)
  if (specifier) {
    const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
    return `install it in the folder of the load file (npm install ${name}), or add it to paths in tsconfig.json`
  }
  if (text.startsWith('Could not resolve')) return 'the path is relative to the file that imports it'
  return notes.length > 0 && !notes[0]?.location ? notes[0]?.text : undefined
}

function underline({ location }: Message): string | undefined {
  return location ? caretUnder(location.lineText, location.line, location.column + 1, location.length) : undefined
}

/** With an absolute file, and without what was put in front of its first line. Columns are bytes from 0, as esbuild counts. */
function placed(message: Message, folder: string, ownLocation: OwnLocation): Message {
  const { location } = message
  if (!location) return message
  const file = resolve(folder, location.file)
  const shift = location.line === 1 ? ownLocation.shift(file) : 0
  const bytes = Buffer.from(location.lineText)
  const column = bytes.subarray(shift, location.column).toString().length
  const length = bytes.subarray(location.column, location.column + location.length).toString().length
  return { ...message, location: { ...location, file, column, length, lineText: bytes.subarray(shift).toString() } }
}
