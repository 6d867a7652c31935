import { styleText } from 'node:util'
import type { Redact } from '../../redact.ts'

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

/** How the report for people is written. */
export interface SummaryOptions {
  style: Style
  /** Of the terminal; tables give way to it as far as names allow. Undefined: as wide as it takes. */
  width?: number | undefined
  /** Of what comes from outside; our own words stay. */
  redact: Redact
}
