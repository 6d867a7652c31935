/** Characters that move a cursor, colour, hide or turn round what stands around them: C0 but tab and line feed, C1, line and paragraph separators, directions. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** A text of others for a terminal: characters that could make it look like another text are written out, as `\x1b`. */
export function printable(text: string): string {
  return text.replace(control, written)
}

/** The same on one line; no two texts look the same. */
export function printableWord(text: string): string {
  return printable(text.replaceAll('\\', '\\\\')).replace(/[\t\n]/g, written)
}

function written(character: string): string {
  const code = character.charCodeAt(0)
  return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`
}
