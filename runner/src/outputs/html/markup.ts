/** A piece of a page that may stand in another as it is. Only `html` makes one, so that no text gets into a page unescaped. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type Part = Html | string | number | undefined | readonly Part[]

/** Markup; what stands in `${}` is text, in an element or a quoted attribute, unless it is markup itself. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  let text = strings[0] as string
  for (const [at, part] of parts.entries()) text += textOf(part) + strings[at + 1]
  return new Html(text)
}

function textOf(part: Part): string {
  if (part === undefined) return ''
  if (part instanceof Html) return part.text
  if (Array.isArray(part)) return part.map(textOf).join('')
  return escapeHtml(String(part))
}

/** Characters that no page may have, or that turn the reading direction of what comes after, are shown as U+FFFD. */
function escapeHtml(text: string): string {
  return text.toWellFormed().replace(unsafe, (character) => entities[character] ?? '\uFFFD')
}

const unsafe = /[&<>"']|(?![\n\t])[\p{Cc}\p{Noncharacter_Code_Point}\u2028-\u202e\u2066-\u2069]/gu
const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** A text of any length, or as much of it as a reader needs to know which it is. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text
  return `${text.slice(0, length - 1).toWellFormed()}…`
}
