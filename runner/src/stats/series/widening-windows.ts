import { maxWindows } from './series-window.ts'

/** In seconds since the start of the run. */
interface Bounds {
  from: number
  until: number
}

/** A run of any length in as many windows as its series have: when they do not suffice, they are twice as wide and neighbours merge. */
export class WideningWindows<Window extends Bounds> {
  readonly #merged: (a: Window, b: Window) => Window
  #width = 1
  #windows = new Map<number, Window>()

  /** @param merged two neighbours as one, whatever order they come in; its bounds are not looked at */
  constructor(merged: (a: Window, b: Window) => Window) {
    this.#merged = merged
  }

  /** One second of the run. */
  add(window: Window): void {
    while (window.from >= this.#width * maxWindows) this.#widen()
    this.#put(window)
  }

  /** In order of time; stretches of which nothing came are left out. */
  list(): Window[] {
    return [...this.#windows.values()].sort((a, b) => a.from - b.from)
  }

  #put(window: Window): void {
    const index = Math.floor(window.from / this.#width)
    const bounds = { from: index * this.#width, until: (index + 1) * this.#width }
    const here = this.#windows.get(index)
    this.#windows.set(index, { ...(here ? this.#merged(here, window) : window), ...bounds })
  }

  #widen(): void {
    const narrow = this.list()
    this.#width *= 2
    this.#windows = new Map()
    for (const window of narrow) this.#put(window)
  }
}
