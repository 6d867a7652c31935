import type { SeriesWindow } from './series-window.ts'

/** Buckets the counts grow by: an octave. */
const step = 128

/** A window that is still being added to: counts in an array over the octaves seen so far, so that adding costs what is added. */
export class OpenWindow {
  #first = 0
  #counts = new Float64Array(0)
  #figures = nothing()

  add({ failures, aborted, bytes, latency }: Pick<SeriesWindow, 'failures' | 'aborted' | 'bytes' | 'latency'>): void {
    const figures = this.#figures
    figures.failures += failures
    figures.aborted += aborted
    figures.bytes += bytes
    if (latency.count === 0) return
    figures.count += latency.count
    figures.sum += latency.sum
    if (latency.min < figures.min) figures.min = latency.min
    if (latency.max > figures.max) figures.max = latency.max
    const { buckets } = latency
    this.#cover(buckets[0] as number, buckets[buckets.length - 2] as number)
    const [counts, first] = [this.#counts, this.#first]
    for (let i = 0; i < buckets.length; i += 2) {
      const at = (buckets[i] as number) - first
      counts[at] = (counts[at] as number) + (buckets[i + 1] as number)
    }
  }

  /** What was added, as a window; it is empty afterwards. */
  take(from: number, until: number): SeriesWindow {
    const window = this.peek(from, until)
    this.#counts.fill(0)
    this.#figures = nothing()
    return window
  }

  peek(from: number, until: number): SeriesWindow {
    const { failures, aborted, bytes, count, sum, min, max } = this.#figures
    const buckets: number[] = []
    for (let i = 0; i < this.#counts.length; i++) {
      const here = this.#counts[i] as number
      if (here > 0) buckets.push(i + this.#first, here)
    }
    const extremes = count === 0 ? { min: 0, max: 0 } : { min, max }
    return { from, until, failures, aborted, bytes, latency: { count, sum, ...extremes, buckets } }
  }

  #cover(least: number, greatest: number): void {
    const end = this.#first + this.#counts.length
    if (this.#counts.length > 0 && least >= this.#first && greatest < end) return
    const known = this.#counts.length > 0
    const first = Math.floor((known ? Math.min(least, this.#first) : least) / step) * step
    const last = Math.ceil((Math.max(greatest, known ? end - 1 : greatest) + 1) / step) * step
    const counts = new Float64Array(last - first)
    counts.set(this.#counts, known ? this.#first - first : 0)
    this.#first = first
    this.#counts = counts
  }
}

function nothing() {
  return {
    failures: 0,
    aborted: 0,
    bytes: 0,
    count: 0,
    sum: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
  }
}
