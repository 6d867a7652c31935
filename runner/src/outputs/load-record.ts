import type { LoadReport, LoadWindow } from '../facts/run.ts'
import { WideningWindows } from '../stats/series/widening-windows.ts'
import type { RunInterval } from '../stats/snapshot.ts'

/** Users asked for against users that ran, over time; nothing where a run asks for arrivals. */
export class LoadRecord {
  readonly #windows = new WideningWindows<LoadWindow>(merged)
  #peakUsers = 0
  #any = false

  add({ second, durationMs, targetUsers, userCount }: RunInterval): void {
    if (targetUsers === undefined) return
    this.#any = true
    this.#peakUsers = Math.max(this.#peakUsers, targetUsers)
    const seconds = durationMs / 1_000
    this.#windows.add({
      from: second,
      until: second + 1,
      seconds,
      askedUserSeconds: targetUsers * seconds,
      userSeconds: userCount * seconds,
    })
  }

  report(): LoadReport | undefined {
    if (!this.#any) return undefined
    const windows = this.#windows.list()
    const sum = (of: 'askedUserSeconds' | 'userSeconds') => windows.reduce((all, window) => all + window[of], 0)
    return {
      askedPeakUsers: this.#peakUsers,
      askedUserSeconds: sum('askedUserSeconds'),
      userSeconds: sum('userSeconds'),
      windows,
    }
  }
}

function merged(a: LoadWindow, b: LoadWindow): LoadWindow {
  return {
    ...a,
    seconds: a.seconds + b.seconds,
    askedUserSeconds: a.askedUserSeconds + b.askedUserSeconds,
    userSeconds: a.userSeconds + b.userSeconds,
  }
}
