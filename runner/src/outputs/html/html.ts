import type { RunFinish, RunStart } from '../../facts/run.ts'
import type { RunPlan } from '../../plan/run-plan.ts'
import type { Redact } from '../../redact.ts'
import type { Series } from '../../stats/series/series.ts'
import type { RunInterval } from '../../stats/snapshot.ts'
import type { Output } from '../output.ts'
import { type OutputFile, rewriteWhole, writeWhole } from '../output-files.ts'
import { profileInWords } from '../profile-words.ts'
import { shownResult } from '../result/shown-result.ts'
import { verdictLine } from '../verdict-line.ts'
import { pageOf } from './page.ts'
import type { Report } from './report.ts'
import { StretchRecord } from './stretches.ts'

type Group = Pick<Series, 'method' | 'name'>

/** Names that have lines of their own in the charts. */
const mostNames = 5

/** `--html FILE`: the run as a page for people, to be read anywhere. */
export class HtmlOutput implements Output {
  readonly name = 'html'
  readonly #file: OutputFile
  readonly #redact: Redact
  readonly #stretches = new StretchRecord()
  #plan: RunPlan | null

  constructor(file: OutputFile, redact: Redact, plan: RunPlan | null) {
    this.#file = file
    this.#redact = redact
    this.#plan = plan
  }

  start(run: RunStart): void {
    this.#plan = run.plan
  }

  interval(interval: RunInterval): void {
    this.#stretches.add(interval)
  }

  async finish(run: RunFinish, signal?: AbortSignal): Promise<void> {
    await writeWhole(this.#file, pageOf(await this.#report(run)), signal)
  }

  async retell(run: RunFinish, signal?: AbortSignal): Promise<void> {
    await rewriteWhole(this.#file, pageOf(await this.#report(run)), signal)
  }

  /** Of a long run with many names the series of a few: a page of all would be as large as result.json. */
  async #report(run: RunFinish): Promise<Report> {
    const plan = this.#plan
    const charted = { ...run, series: { series: () => chartedSeries(run) } }
    return {
      result: await shownResult(charted, plan, this.#redact),
      headline: verdictLine(run, this.#redact),
      profile: plan ? profileInWords(plan.profile, this.#redact) : undefined,
      stretches: this.#stretches.list(),
    }
  }
}

/** The total, then the names with the most requests; no more of a long run is read than is drawn. */
function chartedSeries({ series, stats }: RunFinish): Series[] {
  const busiest = stats.requests().sort((a, b) => b.requests - a.requests)
  const charted = [stats.total, ...busiest.slice(0, mostNames)]
  const isOf = (a: Group) => (b: Group) => a.method === b.method && a.name === b.name
  const read = [...series.series((group) => charted.some(isOf(group)))]
  return charted.flatMap((group) => read.find(isOf(group)) ?? [])
}
