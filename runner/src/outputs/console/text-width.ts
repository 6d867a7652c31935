/*
 * How wide a text is on a terminal: CJK and emoji take two cells, combining marks none. Names and errors come from targets and
 * load files, so they are made printable before anything is measured.
 */

const printableAscii = /^[ -~]*$/
const takesNoCell = /^[\p{Default_Ignorable_Code_Point}\p{Control}\p{Mark}]+$/u
const emoji = /\p{Emoji_Presentation}|\uFE0F/u
/** East Asian Wide and Fullwidth (Unicode's EastAsianWidth.txt), by first and last code point. */
const wideRanges: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1b000, 0x1b2ff],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x3fffd],
]

/** Cells a text takes on a terminal. */
export function textWidth(text: string): number {
  if (printableAscii.test(text)) return text.length
  let width = 0
  for (const grapheme of graphemes(text)) width += graphemeWidth(grapheme)
  return width
}

/** The text, or as much of its beginning as fits with an ellipsis. */
export function cutText(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  if (width < 1) return ''
  let cut = ''
  let used = 1
  for (const grapheme of graphemes(text)) {
    used += graphemeWidth(grapheme)
    if (used > width) break
    cut += grapheme
  }
  return `${cut}…`
}

export function padText(text: string, width: number, align: 'left' | 'right'): string {
  const padding = ' '.repeat(Math.max(0, width - textWidth(text)))
  return align === 'left' ? text + padding : padding + text
}

/** One line that cannot move the cursor, change colours or turn the reading direction. */
export function printable(text: string): string {
  if (printableAscii.test(text)) return text
  return text.replace(/\r\n|[\n\r\t]/g, ' ').replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, '\uFFFD')
}

function graphemes(text: string): string[] {
  return [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment)
}

function graphemeWidth(grapheme: string): number {
  if (takesNoCell.test(grapheme)) return 0
  if (emoji.test(grapheme)) return 2
  const code = grapheme.codePointAt(0) as number
  return wideRanges.some(([first, last]) => code >= first && code <= last) ? 2 : 1
}
