import type { LoadReport, LoadWindow } from '../outputs/output.ts'
import type { RunInterval } from '../stats/snapshot.ts'

/** As many as the series store keeps for a name: a week of a run fits, in stretches of some 20 minutes. */
const mostWindows = 512

/** Users asked for against users that ran, over time; nothing where a run asks for arrivals. */
export class LoadRecord {
  #windows: LoadWindow[] = []
  #stretch = 1
  #peakUsers = 0
  #any = false

  add({ second, durationMs, targetUsers, userCount }: RunInterval): void {
    if (targetUsers === undefined) return
    this.#any = true
    this.#peakUsers = Math.max(this.#peakUsers, targetUsers)
    const seconds = durationMs / 1_000
    const from = Math.floor(second / this.#stretch) * this.#stretch
    let window = this.#windows.at(-1)
    if (!window || window.from !== from) {
      window = { from, until: from + this.#stretch, seconds: 0, askedUserSeconds: 0, userSeconds: 0 }
      this.#windows.push(window)
    }
    window.seconds += seconds
    window.askedUserSeconds += targetUsers * seconds
    window.userSeconds += userCount * seconds
    if (this.#windows.length > mostWindows) this.#coarsen()
  }

  report(): LoadReport | undefined {
    if (!this.#any) return undefined
    const sum = (of: 'askedUserSeconds' | 'userSeconds') => this.#windows.reduce((all, window) => all + window[of], 0)
    return {
      askedPeakUsers: this.#peakUsers,
      askedUserSeconds: sum('askedUserSeconds'),
      userSeconds: sum('userSeconds'),
      windows: this.#windows.map((window) => ({ ...window })),
    }
  }

  #coarsen(): void {
    this.#stretch *= 2
    const coarser = new Map<number, LoadWindow>()
    for (const window of this.#windows) {
      const from = Math.floor(window.from / this.#stretch) * this.#stretch
      const into = coarser.get(from)
      if (!into) coarser.set(from, { ...window, from, until: from + this.#stretch })
      else {
        into.seconds += window.seconds
        into.askedUserSeconds += window.askedUserSeconds
        into.userSeconds += window.userSeconds
      }
    }
    this.#windows = [...coarser.values()]
  }
}
