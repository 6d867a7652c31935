import { WindowBlocks } from './series-blocks.ts'
import { OpenWindow } from './series-open.ts'
import { maxWindows, recentSeconds, type Series, type SeriesWindow } from './series-window.ts'

/** Windows that are widened in one go: as many steps of upkeep as it takes for all fit between two widenings. */
export const windowsPerBlock = 16
/** Recent seconds that are let go of together. */
export const secondsPerBlock = 60

/** One request group over time. */
export class NameSeries {
  readonly method: string
  readonly name: string
  readonly #windows = new WindowBlocks(windowsPerBlock)
  readonly #recent = new WindowBlocks(secondsPerBlock)
  readonly #open = new OpenWindow()
  #widthSeconds = 1
  #openIndex = -1
  #newestSecond = -1

  constructor(method: string, name: string) {
    this.method = method
    this.name = name
  }

  /** One second. */
  add(window: SeriesWindow): void {
    this.#addRecent(window)
    if (window.from >= this.#widthSeconds * maxWindows) this.#widen(window.from)
    const index = Math.floor(window.from / this.#widthSeconds)
    if (index < this.#openIndex) this.#windows.insert(window)
    else {
      if (index > this.#openIndex) this.#close()
      this.#openIndex = index
      this.#open.add(window)
    }
  }

  /** A small part of the work that need not be done at once; called now and then. */
  upkeep(nowSecond: number): void {
    this.#windows.catchUp()
    this.#recent.dropBefore(nowSecond + 1 - recentSeconds)
  }

  /** The whole run. */
  read(): Series {
    const windows = this.#windows.read()
    if (this.#openIndex >= 0) windows.push(this.#open.peek(...this.#openBounds()))
    return { method: this.method, name: this.name, windows }
  }

  /** The seconds up to this one that are kept one by one. */
  readRecent(nowSecond: number): Series {
    const windows = this.#recent.read().filter(({ from }) => from > nowSecond - recentSeconds)
    return { method: this.method, name: this.name, windows }
  }

  #addRecent(window: SeriesWindow): void {
    if (window.from > this.#newestSecond) {
      this.#newestSecond = window.from
      this.#recent.append(window)
    } else if (window.from > this.#newestSecond - recentSeconds) this.#recent.insert(window)
  }

  /** Twice the width until this second has its place among the windows. */
  #widen(second: number): void {
    this.#close()
    while (second >= this.#widthSeconds * maxWindows) this.#widthSeconds *= 2
    this.#windows.widen(this.#widthSeconds)
  }

  #close(): void {
    if (this.#openIndex >= 0) this.#windows.append(this.#open.take(...this.#openBounds()))
    this.#openIndex = -1
  }

  #openBounds(): [from: number, until: number] {
    return [this.#openIndex * this.#widthSeconds, (this.#openIndex + 1) * this.#widthSeconds]
  }
}
