import { styleText } from 'node:util'

export type Paint = (text: string) => string

/** Colours by meaning; without colour they are the text itself. */
export interface Style {
  strong: Paint
  faint: Paint
  good: Paint
  bad: Paint
  warn: Paint
}

export function createStyle(color: boolean): Style {
  const paint = (format: Parameters<typeof styleText>[0]): Paint =>
    color ? (text) => styleText(format, text, { validateStream: false }) : (text) => text
  return { strong: paint('bold'), faint: paint('dim'), good: paint('green'), bad: paint('red'), warn: paint('yellow') }
}
