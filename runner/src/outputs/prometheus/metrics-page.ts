import type { RunStatus } from '../metrics/run-metrics.ts'
import type { PrometheusOutput } from './prometheus.ts'

/** The text of `/metrics`. It is made at most once for each change of the run, however many ask. */
export class MetricsPage {
  #output: PrometheusOutput | undefined
  #made: { of: string; text: Promise<string> } | undefined

  /** From now on, the numbers of this output. What makes text of them is loaded now, since under load it would hold up answers. */
  show(output: PrometheusOutput): void {
    void import('./prometheus-text.ts')
    this.#output = output
    this.#made = undefined
  }

  text(status: RunStatus): Promise<string> {
    const of = JSON.stringify([status, this.#output?.changes])
    if (this.#made?.of !== of) this.#made = { of, text: make(status, this.#output) }
    return this.#made.text
  }
}

async function make(status: RunStatus, output: PrometheusOutput | undefined): Promise<string> {
  const { prometheusText } = await import('./prometheus-text.ts')
  return prometheusText(status, output)
}
