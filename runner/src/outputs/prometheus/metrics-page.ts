import type { RunStatus } from '../metrics/run-metrics.ts'
import type { CleanRun } from './prometheus-text.ts'

interface ShownRun extends CleanRun {
  /** Another number after everything that changes the page. */
  readonly changes: number
}

/** The text of `/metrics`. It is made at most once for each change of the run, however many ask. */
export class MetricsPage {
  #shown: ShownRun | undefined
  #made: { of: string; text: Promise<string> } | undefined

  /** From now on, the numbers of this run. What makes text of them is loaded now, since under load it would hold up answers. */
  show(run: ShownRun): void {
    void import('./prometheus-text.ts')
    this.#shown = run
    this.#made = undefined
  }

  text(status: RunStatus): Promise<string> {
    const of = JSON.stringify([status, this.#shown?.changes])
    if (this.#made?.of !== of) this.#made = { of, text: make(status, this.#shown) }
    return this.#made.text
  }
}

async function make(status: RunStatus, run: ShownRun | undefined): Promise<string> {
  const { prometheusText } = await import('./prometheus-text.ts')
  return prometheusText(status, run)
}
