import { type FileHandle, open } from 'node:fs/promises'
import { feedError } from './feed-error.ts'
import { maxRowBytes, type RowParser } from './row-parser.ts'
import { rowParser } from './row-parsers.ts'
import type { FeedSpec } from './row-source.ts'

const chunkBytes = 64 * 1024

/** A row and where it begins in the file, in bytes. */
export interface PlacedRow {
  row: unknown
  offset: number
}

/** One pass over a feed's file, a piece of 64 KiB at a time: what is in memory is that and an unfinished row. */
export class RowFile {
  readonly #spec: FeedSpec
  #parser: RowParser
  #handle: FileHandle | undefined
  #rest: Buffer = Buffer.alloc(0)
  /** Of `#rest` in the file. */
  #offset = 0
  #isLast = false

  constructor(spec: FeedSpec) {
    this.#spec = spec
    this.#parser = rowParser(spec)
  }

  /** The next rows, as many as a piece holds; none at the end. */
  async read(): Promise<PlacedRow[]> {
    const rows: PlacedRow[] = []
    while (rows.length === 0 && !this.#isLast) {
      this.#handle ??= await open(this.#spec.file)
      const position = this.#offset + this.#rest.length
      const piece = Buffer.allocUnsafe(chunkBytes)
      const { bytesRead } = await this.#handle.read(piece, 0, chunkBytes, position)
      this.#isLast = bytesRead === 0
      const bytes = Buffer.concat([this.#rest, piece.subarray(0, bytesRead)])
      const taken = this.#parser.parse(bytes, this.#isLast, (row, at) => {
        rows.push({ row, offset: this.#offset + at })
        return true
      })
      this.#offset += taken
      this.#rest = bytes.subarray(taken)
      if (this.#rest.length > maxRowBytes) throw this.#tooLong()
    }
    return rows
  }

  /** Some rows from the middle of the file, where they are known to begin and end. */
  async readBetween(from: number, to: number): Promise<unknown[]> {
    this.#handle ??= await open(this.#spec.file)
    const bytes = Buffer.allocUnsafe(to - from)
    const { bytesRead } = await this.#handle.read(bytes, 0, bytes.length, from)
    const rows: unknown[] = []
    this.#parser.inside().parse(bytes.subarray(0, bytesRead), true, (row) => {
      rows.push(row)
      return true
    })
    return rows
  }

  /** Where the next row would begin: at the end, the file's length. */
  get offset(): number {
    return this.#offset
  }

  rewind(): void {
    this.#parser = rowParser(this.#spec)
    this.#rest = Buffer.alloc(0)
    this.#offset = 0
    this.#isLast = false
  }

  async close(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close()
  }

  #tooLong() {
    const hint = 'look for a quote that is not closed; the limit for a row is 1 MiB'
    return feedError(this.#spec.shown, this.#parser.line, 'starts a row that is larger than 1 MiB', hint)
  }
}
