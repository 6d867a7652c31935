import { sourceText } from './compressed.ts'

/** A place in a user's file; line and column count from 1. */
export interface Place {
  file: string
  line: number
  column: number
}

/** A source line with a caret under the place. */
export function caretUnder(lineText: string, line: number, column: number, length = 1): string {
  const number = String(line)
  const margin = lineText.slice(0, column - 1).replace(/[^\t]/g, ' ')
  const carets = '^'.repeat(Math.max(1, Math.min(length, lineText.length - column + 1)))
  return `${number} | ${lineText}\n${' '.repeat(number.length)} | ${margin}${carets}`
}

/** The same, read from the file; nothing where the file is not on this machine. */
export function excerptOf({ file, line, column }: Place): string | undefined {
  try {
    const text = sourceText(file).split(/\r?\n/)[line - 1]
    return text === undefined || text.length > 500 ? undefined : caretUnder(text, line, column)
  } catch {
    return undefined
  }
}
