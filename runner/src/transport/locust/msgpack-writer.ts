/** Writes MessagePack, one method for each type, into a growing buffer. */
export class MsgpackWriter {
  #buffer = Buffer.allocUnsafe(1_024)
  #at = 0

  /** The bytes written. Do not use the writer afterwards. */
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#at)
  }

  nil(): void {
    this.#byte(0xc0)
  }

  bool(value: boolean): void {
    this.#byte(value ? 0xc3 : 0xc2)
  }

  float(value: number): void {
    this.#byte(0xcb)
    this.#at = this.#room(8).writeDoubleBE(value, this.#at)
  }

  /** Writes the shortest form that holds it. */
  int(value: number | bigint): void {
    if (value > 0xffffffff) {
      this.#byte(0xcf)
      this.#at = this.#room(8).writeBigUInt64BE(BigInt(value), this.#at)
    } else if (value < -0x80000000) {
      this.#byte(0xd3)
      this.#at = this.#room(8).writeBigInt64BE(BigInt(value), this.#at)
    } else {
      const int = Number(value)
      if (int >= -0x20 && int < 0x80) this.#byte(int & 0xff)
      else if (int > 0) this.#sized(0xcc, int)
      else this.#negative(int)
    }
  }

  text(text: string): void {
    const length = Buffer.byteLength(text)
    if (length < 32) this.#byte(0xa0 | length)
    else this.#sized(0xd9, length)
    this.#at += this.#room(length).write(text, this.#at)
  }

  binary(bytes: Uint8Array): void {
    this.#sized(0xc4, bytes.length)
    this.#room(bytes.length).set(bytes, this.#at)
    this.#at += bytes.length
  }

  /** Begins a list of so many items. */
  list(length: number): void {
    if (length < 16) this.#byte(0x90 | length)
    else this.#long(0xdc, length)
  }

  /** Begins a map of so many keys, each followed by its value. */
  map(size: number): void {
    if (size < 16) this.#byte(0x80 | size)
    else this.#long(0xde, size)
  }

  /** Writes a length: after `mark` in one byte, after the next mark in two, after the one after that in four. */
  #sized(mark: number, value: number): void {
    if (value > 0xff) this.#long(mark + 1, value)
    else {
      this.#byte(mark)
      this.#byte(value)
    }
  }

  #long(mark: number, value: number): void {
    const size = value <= 0xffff ? 2 : 4
    this.#byte(size === 2 ? mark : mark + 1)
    this.#at = this.#room(size).writeUIntBE(value, this.#at, size)
  }

  #negative(value: number): void {
    const size = value >= -0x80 ? 1 : value >= -0x8000 ? 2 : 4
    this.#byte(size === 1 ? 0xd0 : size === 2 ? 0xd1 : 0xd2)
    this.#at = this.#room(size).writeIntBE(value, this.#at, size)
  }

  #byte(byte: number): void {
    this.#room(1)[this.#at++] = byte
  }

  /** The buffer with room for so many more bytes. Always use the one returned, which may be new. */
  #room(bytes: number): Buffer {
    const end = this.#at + bytes
    if (end > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, end))
      this.#buffer.copy(larger, 0, 0, this.#at)
      this.#buffer = larger
    }
    return this.#buffer
  }
}
