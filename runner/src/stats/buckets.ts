/**
 * Log-linear buckets over float64: a bucket is named by the number's sign, exponent and first seven bits of mantissa,
 * so an octave has 128 buckets and a bucket's lower bound is at most 0.78 % below anything in it. Integers up to 256 are
 * lower bounds themselves, hence exact. The scheme is HdrHistogram's (Tene, hdrhistogram.org) with float64's own
 * exponent in place of a computed one; a bucket id means the same for latencies and for user-defined trends.
 */
const float = new Float64Array(1)
const word = new Uint32Array(float.buffer)
const high = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0 // which half holds the exponent
const shift = 13 // 20 bits of mantissa in the high word, less 7

/** The bucket of any finite number. 0 is bucket 0, -x has the negated bucket of x. */
export function bucketOf(value: number): number {
  float[0] = value < 0 ? -value : value
  const id = (word[high] as number) >>> shift
  return value < 0 ? -id : id
}

/** The number of least magnitude in a bucket. */
export function lowerBound(bucket: number): number {
  word[high] = (bucket < 0 ? -bucket : bucket) << shift
  word[1 - high] = 0
  const value = float[0] as number
  return bucket < 0 ? -value : value
}

/** Latencies: 2^-10 ms (about 1 µs) to 2^22 ms (70 min), 32 octaves; what is outside counts in the first or last. */
export const firstLatencyBucket = bucketOf(2 ** -10)
export const latencyBuckets = 32 * 128
