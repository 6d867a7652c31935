import { ByteReader, ByteWriter } from '../packed-bytes.ts'
import { readWindow, writeWindow } from './packed-window.ts'
import { mergeWindows, type SeriesWindow } from './series-window.ts'

/** Neighbouring windows in one array. It begins at a whole multiple of its span (windows × width). */
interface Block {
  from: number
  widthSeconds: number
  bytes: Uint8Array
  used: number
}

/** What a new block has room for. */
const leastBytes = 512

/**
 * Packed windows in order of time, in blocks. Widening is lazy: each `catchUp()` rewrites the blocks of one span, so that hundreds of names
 * which all widen in the same second do not stop the run for the time it takes to rewrite them all.
 */
export class WindowBlocks {
  readonly #windowsPerBlock: number
  #widthSeconds = 1
  #blocks: Block[] = []
  /** Blocks before this one have the present width. */
  #caughtUp = 0

  constructor(windowsPerBlock: number) {
    this.#windowsPerBlock = windowsPerBlock
  }

  /** A window after all others. */
  append(window: SeriesWindow): void {
    writer.clear()
    const origin = this.#spanOf(window.from)
    writeWindow(writer, origin, window)
    let tail = this.#blocks.at(-1)
    if (tail?.from !== origin || tail.widthSeconds !== this.#widthSeconds) {
      if (tail) tail.bytes = tail.bytes.slice(0, tail.used)
      tail = { from: origin, widthSeconds: this.#widthSeconds, bytes: new Uint8Array(0), used: 0 }
      this.#blocks.push(tail)
    }
    const size = tail.used + writer.length
    if (size > tail.bytes.length) {
      const larger = new Uint8Array(Math.max(size, leastBytes, tail.bytes.length * 2))
      larger.set(tail.bytes.subarray(0, tail.used))
      tail.bytes = larger
    }
    writer.copyTo(tail.bytes, tail.used)
    tail.used = size
  }

  /** A window that may be anywhere; it is merged into the one that is there. */
  insert(window: SeriesWindow): void {
    this.#rewrite(this.#spanOf(window.from), window)
  }

  /** Of now on windows are this wide, those that are here too: a multiple of the width so far. */
  widen(widthSeconds: number): void {
    this.#widthSeconds = widthSeconds
    this.#caughtUp = 0
  }

  /** Widens the next span that has not been; false when there is none. */
  catchUp(): boolean {
    while (this.#blocks[this.#caughtUp]?.widthSeconds === this.#widthSeconds) this.#caughtUp++
    const behind = this.#blocks[this.#caughtUp]
    if (behind) this.#rewrite(this.#spanOf(behind.from))
    return behind !== undefined
  }

  /** Lets go of blocks that are over before this second. */
  dropBefore(second: number): void {
    const span = this.#windowsPerBlock * this.#widthSeconds
    const keep = this.#blocks.findIndex(({ from }) => from + span > second)
    if (keep === 0) return
    this.#blocks = keep === -1 ? [] : this.#blocks.slice(keep)
    this.#caughtUp = 0
  }

  read(): SeriesWindow[] {
    while (this.catchUp());
    return this.#blocks.flatMap(unpack)
  }

  #spanOf(second: number): number {
    const span = this.#windowsPerBlock * this.#widthSeconds
    return Math.floor(second / span) * span
  }

  /** The windows of a span at the present width, with one more. */
  #rewrite(origin: number, extra?: SeriesWindow): void {
    const width = this.#widthSeconds
    const end = origin + this.#windowsPerBlock * width
    const start = this.#blocks.findIndex(({ from }) => from >= origin)
    const first = start === -1 ? this.#blocks.length : start
    let after = first
    while ((this.#blocks[after]?.from ?? end) < end) after++
    const windows = this.#blocks.slice(first, after).flatMap(unpack)
    if (extra) windows.push(extra)
    const merged = new Map<number, SeriesWindow>()
    for (const window of windows) {
      const from = Math.floor(window.from / width) * width
      const here = merged.get(from)
      merged.set(from, { ...(here ? mergeWindows(here, window) : window), from, until: from + width })
    }
    writer.clear()
    for (const window of [...merged.values()].sort((a, b) => a.from - b.from)) writeWindow(writer, origin, window)
    const bytes = writer.written().slice()
    this.#blocks.splice(first, after - first, { from: origin, widthSeconds: width, bytes, used: bytes.length })
    // an insert may put a block before those that are known to be wide
    this.#caughtUp = Math.min(this.#caughtUp, first)
  }
}

/** Shared by all: what is written is copied out before anyone else writes. */
const writer = new ByteWriter()

function unpack({ from, widthSeconds, bytes, used }: Block): SeriesWindow[] {
  const reader = new ByteReader(bytes, used)
  const windows: SeriesWindow[] = []
  while (!reader.done) windows.push(readWindow(reader, from, widthSeconds))
  return windows
}
