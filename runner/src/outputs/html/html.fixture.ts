import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunFinish, RunStart } from '../../facts/run.ts'
import { SeriesStore } from '../../stats/series/series.ts'
import type { RunInterval } from '../../stats/snapshot.ts'
import { prepareFile } from '../output-files.ts'
import { startOf } from '../run.fixture.ts'
import { HtmlOutput } from './html.ts'

interface PageOptions {
  /** null: the run broke before it. */
  start?: RunStart | null
  intervals?: readonly RunInterval[]
  /** Left out: what the intervals make. */
  series?: RunFinish['series']
}

/** The page of a run, as `--html` writes it. */
export async function writePage(
  run: RunFinish,
  { start = startOf(run.stats), intervals = [], series }: PageOptions = {},
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'html-'))
  try {
    const output = new HtmlOutput(prepareFile('report.html', '--html', folder), (text) => text, null)
    if (start) output.start(start)
    const store = new SeriesStore()
    for (const interval of intervals) {
      store.add(interval)
      output.interval(interval)
    }
    await output.finish({ ...run, series: series ?? (intervals.length > 0 ? store : run.series) })
    return readFileSync(join(folder, 'report.html'), 'utf8')
  } finally {
    rmSync(folder, { recursive: true })
  }
}
