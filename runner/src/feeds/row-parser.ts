/** Takes a row and where it starts, in bytes from the beginning of the bytes given. Returning false ends the parsing there. */
export type OnRow = (row: unknown, offset: number) => boolean | undefined

/** Cuts bytes into rows, piece by piece. */
export interface RowParser {
  /**
   * Hands out the rows that are complete and returns how many bytes they took; the rest is to be offered again, with more behind
   * it. `last` says that there is no more.
   */
  parse(bytes: Buffer, last: boolean, onRow: OnRow): number
  /** Where it is: counts from 1. */
  readonly line: number
  /** One that begins at a later row: of the same columns, without a header of its own. */
  inside(): RowParser
}

/** A row longer than this is a quote that was never closed, or no feed at all. */
export const maxRowBytes = 1024 * 1024
