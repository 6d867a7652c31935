import type { RunFinish, RunStart } from '../../facts/run.ts'
import type { RunEvent } from '../../facts/run-event.ts'
import type { RunPlan } from '../../plan/run-plan.ts'
import type { Redact } from '../../redact.ts'
import type { RunInterval } from '../../stats/snapshot.ts'
import { RunCounters } from '../metrics/run-counters.ts'
import type { Output } from '../output.ts'
import type { MetricsPage } from './metrics-page.ts'

/** `/metrics`: the run for Prometheus, which comes and asks. Here it is only added up; text is made of it when somebody looks (`metrics-page.ts`). */
export class PrometheusOutput implements Output {
  readonly name = 'prometheus'
  readonly counters = new RunCounters()
  readonly redact: Redact
  plan: RunPlan | null
  /** Another number after everything that changes the page. */
  changes = 0

  constructor(page: MetricsPage, redact: Redact, plan: RunPlan | null) {
    this.redact = redact
    this.plan = plan
    page.show(this)
  }

  start(run: RunStart): void {
    this.plan = run.plan
    this.counters.start(run)
    this.changes++
  }

  interval(interval: RunInterval): void {
    this.counters.interval(interval)
    this.changes++
  }

  event(event: RunEvent): void {
    this.counters.event(event)
    this.changes++
  }

  finish(run: RunFinish): void {
    this.counters.finish(run)
    this.changes++
  }
}
