import type { RunFinish } from '../../facts/run.ts'
import type { RunPlan } from '../../plan/run-plan.ts'
import type { Redact } from '../../redact.ts'
import type { Series } from '../../stats/series/series.ts'
import type { RunInterval } from '../../stats/snapshot.ts'
import { profileInWords } from '../profile-words.ts'
import { shownResult } from '../result/shown-result.ts'
import { verdictLine } from '../verdict-line.ts'
import { WholeFileOutput } from '../whole-file-output.ts'
import { pageOf } from './page.ts'
import type { Report } from './report.ts'
import { StretchRecord } from './stretches.ts'

type Group = Pick<Series, 'method' | 'name'>

/** Names that have lines of their own in the charts. */
const mostNames = 5

/** `--html FILE`: the run as a page for people, to be read anywhere. */
export class HtmlOutput extends WholeFileOutput {
  readonly name = 'html'
  readonly #stretches = new StretchRecord()

  interval(interval: RunInterval): void {
    this.#stretches.add(interval)
  }

  protected async textOf(run: RunFinish, plan: RunPlan | null, redact: Redact): Promise<string> {
    return pageOf(await this.#report(run, plan, redact))
  }

  /** Of a long run with many names the series of a few: a page of all would be as large as result.json. */
  async #report(run: RunFinish, plan: RunPlan | null, redact: Redact): Promise<Report> {
    const charted = { ...run, series: { series: () => chartedSeries(run) } }
    return {
      result: await shownResult(charted, plan, redact),
      headline: verdictLine(run, redact),
      profile: plan ? profileInWords(plan.profile, redact) : undefined,
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
