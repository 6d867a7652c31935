import { type Document, isMap, isScalar, type LineCounter, type Scalar, visit } from 'yaml'

/** Words that are true or false to YAML 1.1, which Helm reads, and text to YAML 1.2. */
const words = new Map<string, boolean>()
for (const [value, all] of [
  [true, ['y', 'yes', 'on']],
  [false, ['n', 'no', 'off']],
] as const)
  for (const word of all)
    for (const form of [word, word.toUpperCase(), (word[0] as string).toUpperCase() + word.slice(1)])
      words.set(form, value)

/** What Helm makes of a scalar without quotes that is a number or a truth value to it; undefined for anything else. */
function helmValue(source: string): number | boolean | undefined {
  const word = words.get(source)
  if (word !== undefined) return word
  const [, sign = '', digits = ''] = /^([-+]?)([0-9.][0-9a-zA-Z_.+-]*)$/.exec(source) ?? []
  const plain = digits.replaceAll('_', '')
  const [, binary, hex, octal] = /^(?:0b([01]+)|0x([0-9a-f]+)|0o?([0-7]+))$/i.exec(plain) ?? []
  const whole = binary
    ? Number.parseInt(binary, 2)
    : hex
      ? Number.parseInt(hex, 16)
      : octal
        ? Number.parseInt(octal, 8)
        : undefined
  if (whole !== undefined) return sign === '-' ? -whole : whole
  return /^([.][0-9]+|[0-9]+([.][0-9]*)?)([eE][-+]?[0-9]+)?$/.test(plain) ? Number(sign + plain) : undefined
}

function mistake({ source = '', value }: Scalar): string | undefined {
  if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER && /^[-+]?[0-9]+$/.test(source))
    return `the last digits of ${source} would be lost: put it in quotes`
  const toHelm = helmValue(source)
  if (toHelm === undefined || toHelm === value || (toHelm === 0 && value === 0)) return undefined
  const here = typeof value === 'string' ? 'as text' : `as ${value}`
  return `Helm reads ${source} as ${toHelm}, and YAML 1.2 ${here}: write it without what they differ in, or put it in quotes`
}

/**
 * Scalars of `load` and `workers` that would be another value in a cluster: the same file is for both, and the chart does not see what stood there. The first
 * of them, as line:column and a sentence.
 */
export function helmMistake(document: Document, lines: LineCounter): string | undefined {
  if (!isMap(document.contents)) return undefined
  let found: string | undefined
  for (const { key, value } of document.contents.items) {
    if (!isScalar(key) || !['load', 'workers'].includes(String(key.value))) continue
    visit(value as never, {
      Scalar(_, scalar) {
        const text = scalar.type === 'PLAIN' ? mistake(scalar) : undefined
        if (text === undefined) return undefined
        const { line, col } = lines.linePos(scalar.range?.[0] ?? 0)
        found = `${line}:${col}: ${text}`
        return visit.BREAK
      },
    })
    if (found) return found
  }
  return undefined
}
