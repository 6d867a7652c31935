import type { RunFinish, RunStart } from '../../facts/run.ts'
import type { Redact } from '../../redact.ts'
import type { Aggregate } from '../../stats/aggregate.ts'
import type { RunInterval } from '../../stats/snapshot.ts'
import { csvNames } from '../file-outputs.ts'
import type { Output } from '../output.ts'
import { type OutputFile, prepareFile, writeWhole } from '../output-files.ts'
import { RecentIntervals } from '../recent.ts'
import {
  exceptionRow,
  exceptionsColumns,
  failureRow,
  failuresColumns,
  historyColumns,
  historyRow,
  statsColumns,
  statsRow,
} from './csv-rows.ts'
import { GrowingFile } from './growing-file.ts'

/** Locust's: "current" figures are of the last 10 s. */
const recentSeconds = 10
/** Seconds between two writings of the three files that are written anew each time. */
const writeEvery = 5

type Files = Record<(typeof csvNames)[number], OutputFile>

/** `--csv PREFIX`: Locust's four files, the history a row a second, all of them there while the run goes on. */
export class CsvOutput implements Output {
  readonly name = 'csv'
  readonly #files: Files
  readonly #redact: Redact
  readonly #fullHistory: boolean
  readonly #recent = new RecentIntervals(recentSeconds)
  readonly #history: GrowingFile
  #stats: Aggregate | undefined
  #elapsedMs = 0

  constructor(files: Files, redact: Redact, options: { fullHistory: boolean }) {
    this.#files = files
    this.#redact = redact
    this.#fullHistory = options.fullHistory
    this.#history = new GrowingFile(files.stats_history)
  }

  async start(run: RunStart): Promise<void> {
    this.#stats = run.stats
    await this.#history.begin(csvText([historyColumns]))
    await this.#write(run.stats, 0, '')
  }

  async interval(interval: RunInterval): Promise<void> {
    const stats = this.#stats
    if (!stats) return
    this.#recent.add(interval)
    this.#elapsedMs = interval.second * 1_000 + interval.durationMs
    const rows = this.#historyRows(interval, stats)
    const files = interval.second % writeEvery === 0 ? this.#contents(stats, this.#elapsedMs / 1_000, '') : undefined
    // all is taken from the run before the first wait: it goes on meanwhile
    await this.#history.append(csvText(rows))
    if (files) await writeAll(files)
  }

  async finish(run: RunFinish): Promise<void> {
    if (!this.#history.isOpen) await this.#history.begin(csvText([historyColumns]))
    const [worker, ...others] = run.workers
    const nodes = worker && others.length === 0 ? worker.id : ''
    const outcomes = await Promise.allSettled([
      this.#history.close(),
      this.#write(run.stats, run.durationMs / 1_000, nodes),
    ])
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  }

  #historyRows(interval: RunInterval, stats: Aggregate): string[][] {
    const at = { epochMs: interval.at, users: interval.userCount }
    const rows: string[][] = []
    if (this.#fullHistory) {
      const groups = this.#recent.groups()
      for (const request of stats.requests())
        rows.push(historyRow(at, request, groups.get(`${request.method} ${request.name}`), true, this.#redact))
    }
    rows.push(historyRow(at, stats.total, this.#recent.total(), this.#fullHistory, this.#redact))
    return rows
  }

  #write(stats: Aggregate, seconds: number, nodes: string): Promise<void> {
    return writeAll(this.#contents(stats, seconds, nodes))
  }

  #contents(stats: Aggregate, seconds: number, nodes: string): [OutputFile, string][] {
    const redact = this.#redact
    const groups = [...stats.requests(), stats.total].map((group) => statsRow(group, seconds, redact))
    const failed = stats.errors().map((error) => failureRow(error, redact))
    const thrown = stats.exceptions().map((exception) => exceptionRow(exception, nodes, redact))
    const { stats: statsFile, failures, exceptions } = this.#files
    return [
      [statsFile, csvText([statsColumns, ...groups])],
      [failures, csvText([failuresColumns, ...failed])],
      [exceptions, csvText([exceptionsColumns, ...thrown])],
    ]
  }
}

/** The four files of a prefix, all of which can be written. Throws a KatydidError. */
export function prepareCsvFiles(prefix: string, cwd?: string): Files {
  return Object.fromEntries(csvNames.map((name) => [name, prepareFile(`${prefix}_${name}.csv`, '--csv', cwd)])) as Files
}

async function writeAll(files: readonly (readonly [OutputFile, string])[]): Promise<void> {
  for (const [file, text] of files) await writeWhole(file, text)
}

/**
 * Rows as Python's csv module writes them: quotes only where they are needed, lines end in CRLF.
 *
 * @tested the quotes of Python’s csv module
 */
export function csvText(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join('')
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
