import { messageOf } from '../../errors.ts'
import type { RunFinish, RunStart } from '../../facts/run.ts'
import type { RunEvent } from '../../facts/run-event.ts'
import type { RunPlan } from '../../plan/run-plan.ts'
import type { Redact } from '../../redact.ts'
import { formatSpan } from '../../stats/format.ts'
import type { RunInterval } from '../../stats/snapshot.ts'
import { MetricFamilies } from '../metrics/metric-families.ts'
import { RunCounters } from '../metrics/run-counters.ts'
import { tellRun } from '../metrics/run-metrics.ts'
import type { Output } from '../output.ts'
import type { MetricExporter } from './otlp-exporter.ts'

export interface OtelOptions {
  /** Loads what sends: it is large, and only wanted where somebody wants this. */
  open(): Promise<MetricExporter>
  /** Tells this run from others, in `katydid.run.info`. */
  run: string
  /** Between two pushes. */
  everyMs: number
  /** A push did not arrive, the first of those in a row: the next one says all that it said. Or one arrives again. */
  onTrouble(text: string): void
  /** The last push did not arrive: what was after the one before it is missing there. */
  onFailed(text: string): void
  /** For tests. */
  limits?: Partial<typeof defaultLimits>
}

/** ms: of one push, and of all that is waited for at the end. The chart has time for that (`katydid.tellSeconds`). */
const defaultLimits = { pushMs: 12_000, finishMs: 14_000 }

/** Pushes the run's numbers to an OpenTelemetry collector: what `/metrics` says to Prometheus, where nobody comes and asks. */
export class OtelOutput implements Output {
  readonly name = 'otel'
  readonly after = 'files'
  /** Beyond its own limit: a collector that does not answer is no output that failed. */
  readonly finishMs = 30_000
  readonly #options: OtelOptions
  readonly #limits: typeof defaultLimits
  readonly #redact: Redact
  readonly #counters = new RunCounters()
  readonly #exporter: Promise<MetricExporter>
  #plan: RunPlan | null
  #pushedAt = performance.now()
  #pushing: Promise<void> | undefined
  #isFailing = false

  constructor(options: OtelOptions, redact: Redact, plan: RunPlan | null) {
    this.#options = options
    this.#limits = { ...defaultLimits, ...options.limits }
    this.#redact = redact
    this.#plan = plan
    // now: it takes a while, which later would be time of the load's
    this.#exporter = options.open()
    this.#exporter.catch(() => {})
  }

  start(run: RunStart): void {
    this.#plan = run.plan
    this.#counters.start(run)
  }

  interval(interval: RunInterval): void {
    this.#counters.interval(interval)
    if (this.#pushing || performance.now() - this.#pushedAt < this.#options.everyMs) return
    this.#pushedAt = performance.now()
    this.#pushing = within(this.#limits.pushMs, this.#push())
      .then(
        () => this.#arrived(),
        (error) => this.#missed(error),
      )
      .finally(() => (this.#pushing = undefined))
  }

  event(event: RunEvent): void {
    this.#counters.event(event)
  }

  async finish(run: RunFinish): Promise<void> {
    this.#counters.finish(run)
    const last = async () => {
      // one that came after the last would take it back
      await this.#pushing
      await this.#push(run.verdict.exitCode)
    }
    await within(this.#limits.finishMs, last()).catch((error) =>
      this.#options.onFailed(`cannot push the last metrics by OTLP: ${messageOf(error)}`),
    )
  }

  #arrived(): void {
    if (this.#isFailing) this.#options.onTrouble('metrics are pushed by OTLP again')
    this.#isFailing = false
  }

  #missed(error: unknown): void {
    if (!this.#isFailing) this.#options.onTrouble(`cannot push metrics by OTLP: ${messageOf(error)}`)
    this.#isFailing = true
  }

  async #push(exitCode?: number): Promise<void> {
    const exporter = await this.#exporter
    const { OtlpMetrics } = await import('./otlp-metrics.ts')
    const now = Date.now()
    const sink = new OtlpMetrics(this.#counters.startedAt ?? now, now)
    const status = { run: this.#options.run, state: exitCode === undefined ? 'running' : 'finished', exitCode } as const
    tellRun(new MetricFamilies(sink, this.#redact), status, { plan: this.#plan, counters: this.#counters })
    await exporter.export(sink.metrics)
  }
}

/** Their own limits begin with a connection, which may never be made. */
async function within<Result>(ms: number, promise: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${formatSpan(ms)}`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
