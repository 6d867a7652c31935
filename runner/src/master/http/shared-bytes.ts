/** A text as bytes, made once for as long as it is the same: those who read it slowly share them. */
export class SharedBytes {
  #text = ''
  #bytes = Buffer.alloc(0)

  of(text: string): Buffer {
    if (text !== this.#text) {
      this.#text = text
      this.#bytes = Buffer.from(text)
    }
    return this.#bytes
  }
}
