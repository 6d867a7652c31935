import { formatSpan } from '../stats/format.ts'

/** Nobody waits for the hook any more, since nobody wants the run. */
export class GivenUp extends Error {}

/** What a timer can wait at most, ms: nearly 25 days. */
const longestMs = 2 ** 31 - 1

/**
 * How long hooks of a load file may keep the run waiting, all together. What takes longer, or goes on when nobody wants the run any more, is
 * left alone: it may go on as long as its process does, and nobody hears of how it ends.
 */
export class HookTime {
  readonly #setting: string
  readonly #limitMs: number
  #spentMs = 0
  #giveUp: ((error: Error) => void) | undefined
  #over: GivenUp | undefined

  /** `setting`: what says the limit, for whoever needs more. */
  constructor(setting: string, limitMs: number) {
    this.#setting = setting
    this.#limitMs = limitMs
  }

  /** What `hook` resolves with. Rejects as it does, when the time is over, and, with a GivenUp, once `end` is called. */
  async within<Result>(hook: () => Promise<Result>): Promise<Result> {
    if (this.#over) throw this.#over
    const from = performance.now()
    let timer: NodeJS.Timeout | undefined
    const givenUp = new Promise<never>((_, reject) => {
      this.#giveUp = reject
      const late = `not finished after ${formatSpan(this.#limitMs)}: make it faster, or raise the time limit ${this.#setting}`
      const leftMs = Math.max(0, this.#limitMs - this.#spentMs)
      timer = setTimeout(() => reject(new Error(late)), Math.min(leftMs, longestMs))
    })
    try {
      return await Promise.race([hook(), givenUp])
    } finally {
      clearTimeout(timer)
      this.#giveUp = undefined
      this.#spentMs += performance.now() - from
    }
  }

  /** Waits for none any more. */
  end(reason: string): void {
    this.#over ??= new GivenUp(reason)
    this.#giveUp?.(this.#over)
  }
}

/** As a plan has them, in ms. */
export interface HookLimits {
  setupTimeout: number
  teardownTimeout: number
}

/** What the hooks of a process have, before the load and after it. */
export function hookTimes({ setupTimeout, teardownTimeout }: HookLimits): { before: HookTime; after: HookTime } {
  return {
    before: new HookTime('load.setupTimeout', setupTimeout),
    after: new HookTime('load.teardownTimeout', teardownTimeout),
  }
}
