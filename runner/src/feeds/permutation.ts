const rounds = 4

/**
 * A random order of 0 … size-1 in constant memory: a Feistel network over the next even number of bits, walked on from numbers
 * beyond the size (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002).
 */
export class Permutation {
  readonly #size: number
  readonly #halfBits: number
  readonly #keys: readonly number[]

  constructor(size: number, random: () => number = Math.random) {
    this.#size = size
    this.#halfBits = Math.max(1, Math.ceil(Math.ceil(Math.log2(Math.max(2, size))) / 2))
    this.#keys = Array.from({ length: rounds }, () => (random() * 2 ** 32) >>> 0)
  }

  at(index: number): number {
    let value = index
    do value = this.#encrypt(value)
    while (value >= this.#size)
    return value
  }

  #encrypt(value: number): number {
    const base = 2 ** this.#halfBits
    let left = Math.floor(value / base)
    let right = value % base
    for (const key of this.#keys) {
      const mixed = mix(right ^ key) % base
      ;[left, right] = [right, (left ^ mixed) >>> 0]
    }
    return left * base + right
  }
}

/** The finalizer of MurmurHash3: every bit of the input moves every bit of the result. */
function mix(value: number): number {
  let hash = value
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
