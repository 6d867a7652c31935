const maxOffsets = 65_536

/**
 * Where every n-th row of a file begins. When the table of 512 KiB is full every other entry is dropped and n doubles, so that
 * a file of any length costs the same memory, and a longer one a longer read for each row.
 */
export class RowIndex {
  readonly #offsets: Float64Array
  #length = 0
  #stride = 1
  #end = 0
  rows = 0

  constructor(capacity = maxOffsets) {
    this.#offsets = new Float64Array(capacity)
  }

  /** The next row's place, in bytes. */
  add(offset: number): void {
    if (this.rows % this.#stride === 0) {
      if (this.#length === this.#offsets.length) this.#thinOut()
      if (this.rows % this.#stride === 0) this.#offsets[this.#length++] = offset
    }
    this.rows++
  }

  /** Where the last row ends. */
  end(offset: number): void {
    this.#end = offset
  }

  /** The bytes to read for a row, and how many rows before it are in them. */
  blockOf(row: number): { from: number; to: number; skip: number } {
    const block = Math.floor(row / this.#stride)
    const from = this.#offsets[block] as number
    const to = block + 1 < this.#length ? (this.#offsets[block + 1] as number) : this.#end
    return { from, to, skip: row % this.#stride }
  }

  #thinOut(): void {
    this.#length = Math.ceil(this.#length / 2)
    for (let index = 0; index < this.#length; index++) this.#offsets[index] = this.#offsets[2 * index] as number
    this.#stride *= 2
  }
}
