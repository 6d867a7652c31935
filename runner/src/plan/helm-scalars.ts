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

/** What was read, and that cannot be left as it stands: line:column and a sentence each. */
export interface HelmReading {
  /** Other values than YAML 1.2 has there. */
  notes: string[]
  /** The first that is no number to Helm, or loses digits. */
  mistake: string | undefined
}

/**
 * Makes of a document what Helm makes of it: the same file is for both, and the chart cannot see what stood there. Helm reads `010` as 8 and `yes` as true,
 * and so does this. Names in `load` and `workers` that would be others, and numbers that would lose their last digits, are mistakes.
 */
export function readAsHelm(document: Document, lines: LineCounter): HelmReading {
  const reading: HelmReading = { notes: [], mistake: undefined }
  const at = ({ range }: Scalar) => {
    const { line, col } = lines.linePos(range?.[0] ?? 0)
    return `${line}:${col}`
  }
  const isRead = readBy(document)
  visit(document, {
    Scalar(key, scalar) {
      const { source = '', value, type, tag } = scalar
      if (type !== 'PLAIN' || tag === 'tag:yaml.org,2002:str') return
      if (isRead.has(scalar)) reading.mistake ??= mistakeOf(scalar, key === 'key', at)
      const toHelm = helmValue(source)
      if (toHelm === undefined || toHelm === value || (toHelm === 0 && value === 0) || key === 'key') return
      scalar.value = toHelm
      if (isRead.has(scalar))
        reading.notes.push(
          `${at(scalar)}: Helm reads ${source} as ${toHelm}, and katydid does the same. If you mean text, put it in quotes`,
        )
    },
  })
  return reading
}

function mistakeOf(scalar: Scalar, isKey: boolean, at: (scalar: Scalar) => string): string | undefined {
  const { source = '', value } = scalar
  if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER && /^[-+]?[0-9]+$/.test(source))
    return `${at(scalar)}: ${source} is too large for a number and would lose its last digits: put it in quotes`
  const toHelm = helmValue(source)
  if (!isKey || toHelm === undefined || toHelm === value) return undefined
  return `${at(scalar)}: Helm reads the name ${source} as ${toHelm}: put it in quotes`
}

/** Scalars below `load` and `workers`, also by an alias of what stands elsewhere. */
function readBy(document: Document): Set<Scalar> {
  const scalars = new Set<Scalar>()
  const targets = new Set<unknown>()
  const collect = (node: unknown) =>
    visit(node as never, {
      Scalar: (_, scalar) => void scalars.add(scalar),
      Alias(_, alias) {
        const target = alias.resolve(document)
        if (!target || targets.has(target)) return
        targets.add(target)
        collect(target)
      },
    })
  if (!isMap(document.contents)) return scalars
  for (const { key, value } of document.contents.items)
    if (isScalar(key) && ['load', 'workers'].includes(String(key.value))) collect(value)
  return scalars
}
