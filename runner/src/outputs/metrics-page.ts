import type { PrometheusOutput } from './prometheus.ts'
import type { RunState } from './run-progress.ts'

/** What is known of a run even where it has no numbers: it is being prepared, or broke before its start. */
export interface RunStatus {
  /** Tells this run from the next one at the same address. */
  run: string
  state: RunState
  /** The verdict's, once there is one. */
  exitCode: number | undefined
}

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
