import type { RunPlan, ThresholdPlan } from '../plan/run-plan.ts'
import { createProfile } from '../profile/profiles.ts'
import type { Criterion } from './criterion.ts'
import { Delivery } from './delivery.ts'
import { GeneratorHealth } from './generator-health.ts'
import { LostWorkers } from './lost-workers.ts'
import { RunEvents } from './run-events.ts'
import { SlidingThreshold, windowedLabel } from './sliding-threshold.ts'
import { parseThreshold, type Threshold } from './threshold-grammar.ts'
import { WholeRunThreshold } from './whole-run-threshold.ts'

/** These hold in every run, unless the plan says something of its own about the same measure of all requests. */
const defaults = ['fail_ratio < 1%', 'exceptions = 0', 'unanswered < 1%']

/**
 * Every criterion there is: what makes those of a plan.
 *
 * @tested the contract of criteria goes through all
 */
export const criterionFactories: Record<string, (plan: RunPlan) => Criterion[]> = {
  // first: where a hook failed or somebody interrupted, the rest only follows from that
  // a LoadShape ends when its tick() says so: one that was interrupted had not come there
  events: (plan) => [
    new RunEvents(createProfile(plan.profile).durationMs !== undefined || plan.profile.kind === 'shape'),
  ],
  thresholds: (plan) => {
    const labels = distinct(plan.thresholds.map(labelOf))
    return plan.thresholds.map((threshold, index) => thresholdCriterion(threshold, plan, labels[index] as string))
  },
  defaults: (plan) => {
    const own = plan.thresholds.map(({ that }) => parseThreshold(that)).filter(({ name }) => name === undefined)
    const options = { warmupMs: plan.warmup, isDefault: true }
    return defaults
      .map(parseThreshold)
      .filter((threshold) => !own.some((stated) => sameMeasure(stated, threshold)))
      .map((threshold) => new WholeRunThreshold(threshold, options))
  },
  delivery: () => [new Delivery()],
  generator: (plan) => [new GeneratorHealth(plan.onSaturated)],
  workers: (plan) => [new LostWorkers(plan.workers.onLoss)],
}

export function createCriteria(plan: RunPlan): Criterion[] {
  return Object.values(criterionFactories).flatMap((make) => make(plan))
}

function thresholdCriterion({ that, window, abort, after }: ThresholdPlan, plan: RunPlan, label: string): Criterion {
  const threshold = parseThreshold(that)
  const options = { warmupMs: plan.warmup, abort, afterMs: after, label }
  return window === undefined
    ? new WholeRunThreshold(threshold, options)
    : new SlidingThreshold(threshold, window, options)
}

function labelOf({ that, window }: ThresholdPlan): string {
  const threshold = parseThreshold(that)
  return window === undefined ? threshold.text : windowedLabel(threshold, window)
}

/** CI follows a threshold by its line, so that two that differ only in `abort`, say, are numbered. */
function distinct(labels: readonly string[]): string[] {
  const taken = new Set<string>()
  return labels.map((label) => {
    let own = label
    for (let n = 2; taken.has(own); n++) own = `${label} #${n}`
    taken.add(own)
    return own
  })
}

function sameMeasure(a: Threshold, b: Threshold): boolean {
  return a.measure.of === b.measure.of
}
