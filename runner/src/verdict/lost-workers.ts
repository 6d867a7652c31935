import { measuredFinding } from '../facts/finding.ts'
import { effectOf, type RunEvent } from '../facts/run-event.ts'
import type { Finding } from '../facts/verdict.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import { formatNumber } from '../stats/format.ts'
import type { Criterion, RunView } from './criterion.ts'
import { formatShare } from './format-measure.ts'
import { oneLine } from './one-line.ts'

const missingLimit = 0.01

/** One that comes and goes for days is told no more often; how much it cost is counted all the same. */
const mostTold = 100

/** Workers that went missing, or stopped their users for want of a master: each is a finding; how much of the load went with them is one to judge by. */
export class LostWorkers implements Criterion {
  readonly kind = 'workers'
  readonly #onLoss: RunPlan['workers']['onLoss']
  readonly #lost: RunEvent[] = []

  constructor(onLoss: RunPlan['workers']['onLoss']) {
    this.#onLoss = onLoss
  }

  event(event: RunEvent): void {
    if (effectOf(event.kind).isLoss) this.#lost.push(event)
  }

  conclude(run: RunView): Finding[] {
    if (this.#lost.length === 0) return []
    const outcome = this.#onLoss === 'fail' ? 'broken' : 'passed'
    const findings = this.#lost
      .slice(0, mostTold)
      .map(({ text, atMs }): Finding => ({ outcome, kind: this.kind, text: oneLine(text), atMs }))
    const more = this.#lost.length - findings.length
    if (more > 0) findings.push({ outcome, kind: this.kind, text: `${more} more lost workers` })
    const { missingUserSeconds = 0, userSeconds = 0 } = run
    if (userSeconds === 0) return findings
    // what two workers should have run at the same time is not more than was asked for
    const missing = Math.min(missingUserSeconds, userSeconds)
    const value = missing / userSeconds
    return [
      ...findings,
      measuredFinding({
        outcome: value > missingLimit ? 'broken' : 'passed',
        kind: this.kind,
        label: `user-seconds missing through lost workers ≤ ${formatShare(missingLimit)}`,
        measured: `${formatShare(value)} (${formatNumber(missing)} of ${formatNumber(userSeconds)})`,
        value,
        limit: missingLimit,
      }),
    ]
  }
}
