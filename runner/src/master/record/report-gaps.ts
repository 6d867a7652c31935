interface Gap {
  fromMs: number
  untilMs: number | undefined
  users: number
  reportedMs: number
}

/** Shorter gaps are the delay of a message, not a loss. */
const slackMs = 50

/** Stretches of a run that a worker has not reported, at least not yet: a worker that comes back brings the reports it kept. */
export class ReportGaps {
  readonly #gaps: Gap[] = []

  /** From this moment nothing is heard of the worker, which should run so many users. */
  open(fromMs: number, users: number): void {
    if (this.#gaps.at(-1)?.untilMs !== undefined || this.#gaps.length === 0)
      this.#gaps.push({ fromMs, untilMs: undefined, users, reportedMs: 0 })
  }

  /** The worker is heard again, or others have its users. */
  close(untilMs: number): void {
    const gap = this.#gaps.at(-1)
    if (gap && gap.untilMs === undefined) gap.untilMs = Math.max(gap.fromMs, untilMs)
  }

  filled(fromMs: number, durationMs: number): void {
    for (const gap of this.#gaps) {
      const until = Math.min(fromMs + durationMs, gap.untilMs ?? Number.POSITIVE_INFINITY)
      gap.reportedMs += Math.max(0, until - Math.max(fromMs, gap.fromMs))
    }
  }

  get any(): boolean {
    return this.#gaps.length > 0
  }

  get missingSeconds(): number {
    return this.#sum((ms) => ms / 1_000)
  }

  get missingUserSeconds(): number {
    return this.#sum((ms, users) => (ms * users) / 1_000)
  }

  #sum(of: (ms: number, users: number) => number): number {
    let sum = 0
    for (const { fromMs, untilMs = fromMs, users, reportedMs } of this.#gaps) {
      const ms = untilMs - fromMs - reportedMs
      if (ms > slackMs) sum += of(ms, users)
    }
    return Math.round(sum * 1_000) / 1_000
  }
}
