/** Bytes written one after the other: base-128 varints (exact up to 2^53) and float64. Meant to be reused. */
export class ByteWriter {
  #bytes = new Uint8Array(1_024)
  #view = new DataView(this.#bytes.buffer)
  #at = 0

  clear(): void {
    this.#at = 0
  }

  /** What was written since `clear()`: valid until the next write. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#at)
  }

  get length(): number {
    return this.#at
  }

  /** By hand: for some sixty bytes it takes a third of what a subarray and `set()` take. */
  copyTo(target: Uint8Array, from: number): void {
    const [bytes, length] = [this.#bytes, this.#at]
    for (let i = 0; i < length; i++) target[from + i] = bytes[i] as number
  }

  varint(value: number): void {
    this.#reserve(8)
    let rest = value
    while (rest >= 128) {
      this.#bytes[this.#at++] = (rest % 128) + 128
      rest = Math.floor(rest / 128)
    }
    this.#bytes[this.#at++] = rest
  }

  /**
   * The same in steps of 15 bits: two bytes up to 32,767. For counts that grow with the run, where a varint's one byte would become two
   * while nobody looks.
   */
  wideVarint(value: number): void {
    this.#reserve(8)
    let rest = value
    for (; rest >= wideStep; rest = Math.floor(rest / wideStep)) this.#uint16((rest % wideStep) + wideStep)
    this.#uint16(rest)
  }

  #uint16(value: number): void {
    this.#bytes[this.#at++] = value >>> 8
    this.#bytes[this.#at++] = value
  }

  float64(value: number): void {
    this.#reserve(8)
    this.#view.setFloat64(this.#at, value)
    this.#at += 8
  }

  #reserve(size: number): void {
    if (this.#at + size <= this.#bytes.length) return
    const larger = new Uint8Array(this.#bytes.length * 2)
    larger.set(this.#bytes)
    this.#bytes = larger
    this.#view = new DataView(larger.buffer)
  }
}

/** Of the last step of a varint below 2^53. */
const largestScale = 2 ** 49

/** What one step of a wide varint holds. */
const wideStep = 2 ** 15

/** @throws RangeError, from each method, where the bytes end too early or hold no number: they may come from anywhere. */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #length: number
  #at = 0

  constructor(bytes: Uint8Array, length = bytes.length) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#length = length
  }

  get done(): boolean {
    return this.#at >= this.#length
  }

  varint(): number {
    let value = 0
    let scale = 1
    for (; this.#at < this.#length && scale <= largestScale; scale *= 128) {
      const byte = this.#bytes[this.#at++] as number
      if (byte < 128) return value + byte * scale
      value += (byte - 128) * scale
    }
    throw new RangeError('the bytes end in the middle of a number, or it is too large')
  }

  wideVarint(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const part = ((this.#bytes[this.#at++] as number) << 8) | (this.#bytes[this.#at++] as number)
      if (part < wideStep) return value + part * scale
      value += (part - wideStep) * scale
      scale *= wideStep
    }
  }

  float64(): number {
    this.#at += 8
    return this.#view.getFloat64(this.#at - 8) // throws where there are no more
  }
}
