import type { RunPlan } from '../plan/run-plan.ts'
import { formatNumber } from '../stats/format.ts'
import type { RunEvent } from '../stats/snapshot.ts'
import type { Criterion, Finding, RunView } from './criterion.ts'
import { formatShare } from './format-measure.ts'

const missingLimit = 0.01

/** Workers that went missing: each is a finding; how much of the load went with them is one to judge by. */
export class LostWorkers implements Criterion {
  readonly kind = 'workers'
  readonly #onLoss: RunPlan['workers']['onLoss']
  readonly #lost: RunEvent[] = []

  constructor(onLoss: RunPlan['workers']['onLoss']) {
    this.#onLoss = onLoss
  }

  event(event: RunEvent): void {
    if (event.kind === 'worker_lost') this.#lost.push(event)
  }

  conclude(run: RunView): Finding[] {
    if (this.#lost.length === 0) return []
    const outcome = this.#onLoss === 'fail' ? 'broken' : 'passed'
    const losses = this.#lost.map(({ text, atMs }): Finding => ({ outcome, kind: this.kind, text, atMs }))
    const { missingUserSeconds = 0, userSeconds = 0 } = run
    if (userSeconds === 0) return losses
    const value = missingUserSeconds / userSeconds
    return [
      ...losses,
      {
        outcome: value > missingLimit ? 'broken' : 'passed',
        kind: this.kind,
        text: `user-seconds missing through lost workers ≤ ${formatShare(missingLimit)}: ${formatShare(value)} (${formatNumber(missingUserSeconds)} of ${formatNumber(userSeconds)})`,
        value,
        limit: missingLimit,
      },
    ]
  }
}
