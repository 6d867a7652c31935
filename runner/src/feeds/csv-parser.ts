import { DecodedText } from './decoded-text.ts'
import { byteOrderMark } from './encoding.ts'
import { feedError, quote } from './feed-error.ts'
import type { OnRow, RowParser } from './row-parser.ts'
import type { FeedSpec } from './row-source.ts'

const quoteByte = 0x22
const lineFeed = 0x0a
const carriageReturn = 0x0d
const rules =
  'write CSV as in RFC 4180: put a field with quotes, delimiters or line ends in quotes, and write a quote inside it twice'

/** One record: its fields, where the next one begins, and how many lines it went over. */
interface RecordEnd {
  next: number
  lines: number
}

/**
 * CSV by RFC 4180, on bytes: its marks are ASCII, which is no part of any longer UTF-8 character, so that only fields are
 * decoded, each into a string of its own (a slice of a larger one would keep all of it alive). The first record names the
 * columns; empty lines are skipped.
 */
export class CsvParser implements RowParser {
  readonly #spec: FeedSpec
  readonly #text: DecodedText
  #delimiter: number
  #columns: readonly string[] | undefined
  #line = 1
  #atStart = true
  readonly #fields: string[] = []

  constructor(spec: FeedSpec) {
    this.#spec = spec
    this.#text = new DecodedText(spec)
    this.#delimiter = spec.delimiter.charCodeAt(0)
  }

  get line(): number {
    return this.#line
  }

  inside(): CsvParser {
    const parser = new CsvParser(this.#spec)
    parser.#columns = this.#columns
    parser.#delimiter = this.#delimiter
    parser.#atStart = false
    parser.#line = Number.NaN // lines are known only from the beginning
    return parser
  }

  parse(bytes: Buffer, last: boolean, onRow: OnRow): number {
    let at = 0
    if (this.#atStart && bytes.length > 0) {
      if (bytes.length < 3 && !last) return 0
      const begin = byteOrderMark(bytes) === 'utf-8' ? 3 : 0
      const separator = this.#separatorLine(bytes, begin, last)
      if (separator === undefined) return 0
      this.#atStart = false
      at = separator
    }
    while (at < bytes.length) {
      const end = this.#record(bytes, at, last)
      if (!end) break
      const start = at
      at = end.next
      const isEmpty = this.#fields.length === 1 && this.#fields[0] === '' && bytes[start] !== quoteByte
      if (!isEmpty) {
        if (this.#columns === undefined) this.#columns = this.#header(bytes[start] === quoteByte)
        else if (onRow(this.#row(this.#columns), start) === false) {
          this.#line += end.lines
          break
        }
      }
      this.#line += end.lines
    }
    return at
  }

  /** Past a first line `sep=;`, as spreadsheets write it; undefined where more bytes are needed to know. */
  #separatorLine(bytes: Buffer, begin: number, last: boolean): number | undefined {
    if (bytes.length < begin + 7 && !last) return undefined
    const [line, delimiter, end = ''] =
      /^sep=([\t\x20-\x7e])(\r\n?|\n|$)/.exec(bytes.toString('latin1', begin, begin + 7)) ?? []
    if (line === undefined || delimiter === undefined) return begin
    if (this.#spec.delimiterStated && delimiter !== this.#spec.delimiter)
      throw this.#error(
        1,
        `has sep=${delimiter} in its first line, but feed() has another delimiter`,
        'remove delimiter from feed(), or set the same one',
      )
    this.#delimiter = delimiter.charCodeAt(0)
    if (end !== '') this.#line++
    return begin + line.length
  }

  /** Reads one record into `#fields`; nothing where its end is not among the bytes. */
  #record(bytes: Buffer, start: number, last: boolean): RecordEnd | undefined {
    const fields = this.#fields
    fields.length = 0
    let at = start
    let lines = 0
    for (;;) {
      if (bytes[at] === quoteByte) {
        const opened = this.#line + lines
        const close = this.#closingQuote(bytes, at + 1)
        // a quote at the very end may be the first half of a doubled one
        if (close < 0 || (close === bytes.length - 1 && !last)) {
          if (last) throw this.#error(opened, `has a quote that is never closed: ${quote(bytes.subarray(at))}`)
          return undefined
        }
        const raw = this.#text.of(bytes, at + 1, close, opened)
        lines += lineEndsIn(raw)
        fields.push(raw.includes('"') ? raw.replaceAll('""', '"') : raw)
        at = close + 1
        if (!this.#endsField(bytes, at))
          throw this.#error(this.#line + lines, `has text after a closing quote: ${quote(bytes.subarray(at))}`)
      } else {
        const from = at
        while (!this.#endsField(bytes, at)) {
          if (bytes[at] === quoteByte)
            throw this.#error(
              this.#line + lines,
              `has a quote inside a field without quotes: ${quote(bytes.subarray(from))}`,
            )
          at++
        }
        if (at >= bytes.length && !last) return undefined // half a field may end in half a character
        fields.push(this.#text.of(bytes, from, at, this.#line + lines))
      }
      if (at >= bytes.length) return last ? { next: at, lines } : undefined
      if (bytes[at] === this.#delimiter) at++
      else if (bytes[at] === lineFeed) return { next: at + 1, lines: lines + 1 }
      else if (at + 1 < bytes.length || last)
        return { next: at + (bytes[at + 1] === lineFeed ? 2 : 1), lines: lines + 1 }
      else return undefined
    }
  }

  #endsField(bytes: Buffer, at: number): boolean {
    const byte = bytes[at]
    return byte === this.#delimiter || byte === lineFeed || byte === carriageReturn || byte === undefined
  }

  /** Where the quotes of a field end, over doubled ones; -1 where they do not. */
  #closingQuote(bytes: Buffer, from: number): number {
    let at = bytes.indexOf(quoteByte, from)
    while (at >= 0 && bytes[at + 1] === quoteByte) at = bytes.indexOf(quoteByte, at + 2)
    return at
  }

  #header(isQuoted: boolean): string[] {
    const columns = [...this.#fields]
    const [only = '', ...others] = columns
    if (columns.some((name) => name.includes('\0')))
      throw this.#error(
        this.#line,
        'has a zero byte in its first row',
        "it may be UTF-16: set encoding: 'utf-16le', or save the file as UTF-8",
      )
    const other =
      others.length === 0 && !isQuoted && !this.#spec.delimiterStated ? /[,;\t|]/.exec(only)?.[0] : undefined
    if (other !== undefined)
      throw this.#error(
        this.#line,
        `has only one column, ${JSON.stringify(only)}, in its first row`,
        `if ${JSON.stringify(other)} separates columns, set delimiter: ${JSON.stringify(other)}. If it is one column, set delimiter: ${JSON.stringify(String.fromCharCode(this.#delimiter))}`,
      )
    const bad = columns.findIndex(
      (name, index) => name === '' || name === '__proto__' || columns.indexOf(name) !== index,
    )
    if (bad < 0) return columns
    const name = columns[bad] as string
    const problem =
      name === ''
        ? 'has no name'
        : name === '__proto__'
          ? 'is called __proto__'
          : `has the same name as another column, ${name}`
    throw this.#error(
      this.#line,
      `has column names in its first row, and column ${bad + 1} ${problem}`,
      'give each column a different name in the first row',
    )
  }

  #row(columns: readonly string[]): Record<string, string> {
    const fields = this.#fields
    if (fields.length !== columns.length) {
      const hint = `the columns are ${columns.join(', ')}. Put a field that contains ${JSON.stringify(String.fromCharCode(this.#delimiter))} in quotes`
      throw this.#error(this.#line, `has ${counted(fields.length)} where ${columns.length} were expected`, hint)
    }
    const row: Record<string, string> = {}
    for (let index = 0; index < columns.length; index++) row[columns[index] as string] = fields[index] as string
    return row
  }

  #error(line: number, problem: string, hint = rules) {
    return feedError(this.#spec.shown, Number.isNaN(line) ? undefined : line, problem, hint)
  }
}

function counted(columns: number): string {
  return columns === 1 ? '1 column' : `${columns} columns`
}

function lineEndsIn(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0
}
