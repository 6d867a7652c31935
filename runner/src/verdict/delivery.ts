import { formatCount } from '../stats/format.ts'
import type { RunInterval } from '../stats/snapshot.ts'
import type { Criterion, Finding, RunView } from './criterion.ts'
import { formatShare } from './format-measure.ts'

const droppedLimit = 0.01

/** Whether the load that was asked for happened at all, and all of it. */
export class Delivery implements Criterion {
  readonly kind = 'delivery'
  #offered = 0
  #dropped = 0
  #openModel = false

  interval({ arrivals }: RunInterval): undefined {
    if (!arrivals) return
    this.#openModel = true
    this.#offered += arrivals.offered
    this.#dropped += arrivals.dropped
  }

  conclude(run: RunView): Finding[] {
    const findings: Finding[] = []
    if (run.all.total.requests === 0)
      findings.push({
        outcome: 'broken',
        kind: this.kind,
        text: 'nothing completed: not one request was answered or failed',
        value: 0,
      })
    if (!this.#openModel) return findings
    const lost = run.lostArrivals ?? 0
    const dropped = this.#dropped + lost
    const offered = this.#offered + lost
    const value = dropped / Math.max(1, offered)
    const why =
      lost > dropped / 2
        ? 'lost workers, or a master that stood still, did not start them'
        : 'no user was free, raise maxUsers or look at the target'
    const broken = value > droppedLimit
    findings.push({
      outcome: broken ? 'broken' : 'passed',
      kind: this.kind,
      text: `arrivals dropped ≤ ${formatShare(droppedLimit)}: ${formatShare(value)} (${formatCount(dropped)} of ${formatCount(offered)})${broken ? `: ${why}` : ''}`,
      value,
      limit: droppedLimit,
    })
    return findings
  }
}
