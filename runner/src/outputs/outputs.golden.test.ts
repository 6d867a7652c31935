import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Aggregate } from '../stats/aggregate.ts'
import { PlainConsole } from './console/console-plain.ts'
import { liveTable } from './console/console-table.ts'
import { LoadRecord } from './load-record.ts'
import { junitOf } from './junit/junit.fixture.ts'
import { createOutputs } from './outputs.ts'
import { finishOf, intervalOf, planOf, startOf, tenSeconds, troubledRun } from './run.fixture.ts'
import { RunView } from './console/run-view.ts'
import { summary } from './console/summary.ts'
import { createStyle } from './console/text-style.ts'

/*
 * What users see, whole. After a change that is meant: `node --test --test-update-snapshots` (npm run golden) writes them
 * anew; look at the diff.
 */

const golden = (name: string) => new URL(`golden/${name}`, import.meta.url).pathname
const asText = { serializers: [(text: string) => text] }
const style = createStyle(false)
const same = (text: string) => text

test('summary of a run that passed', (t) => {
  const record = new LoadRecord()
  for (let second = 0; second < 10; second++) record.add(intervalOf(second))
  const text = summary(finishOf(tenSeconds(), { load: record.report()! }), { style, redact: same }).join('\n')
  t.assert.fileSnapshot(text, golden('summary-passed.golden.txt'), asText)
})

test('summary of a run with every kind of trouble', (t) => {
  t.assert.fileSnapshot(summary(troubledRun(), { style, redact: same }).join('\n'), golden('summary-troubled.golden.txt'), asText)
})

test('summary of a run that never began', (t) => {
  const run = finishOf(new Aggregate(), { durationMs: 0, workers: [], events: [], users: { peak: 0, byClass: {} } })
  t.assert.fileSnapshot(summary(run, { style, redact: same }).join('\n'), golden('summary-empty.golden.txt'), asText)
})

test('the live table', (t) => {
  const text = [
    [100, 30],
    [60, 10],
  ].map(([columns = 0, rows = 0]) => {
    const stats = new Aggregate()
    const view = new RunView(startOf(stats), same)
    for (let second = 0; second < 8; second++) {
      const interval = intervalOf(second)
      stats.merge(interval.stats)
      view.add(interval)
    }
    view.event({ atMs: 7_200, kind: 'names_capped', text: 'more than 500 names' })
    return liveTable(view, 8_400, { columns, rows, unicode: columns > 80, style }).join('\n')
  })
  t.assert.fileSnapshot(text.join('\n\n'), golden('live-table.golden.txt'), asText)
})

test('plain lines', (t) => {
  const lines: string[] = []
  const plain = new PlainConsole((line) => lines.push(line), same)
  plain.start(startOf(new Aggregate()))
  for (let second = 0; second < 12; second++) plain.interval(intervalOf(second))
  plain.event({ atMs: 12_300, kind: 'worker_lost', text: 'worker w2 was lost\nfor good' })
  t.assert.fileSnapshot(lines.join('\n'), golden('plain.golden.txt'), asText)
})

test('the files of --json, --csv and --junit', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'outputs-'))
  try {
    const streams = { stdout: { write: () => true }, stderr: { write: () => true }, cwd: () => folder }
    const options = { quiet: true, json: 'out.json', csv: 'out', csvFullHistory: true, junit: 'out.xml' }
    const stats = new Aggregate()
    const outputs = createOutputs(options, streams)
    for (const output of outputs) await output.start?.(startOf(stats))
    for (let second = 0; second < 3; second++) {
      const interval = intervalOf(second)
      stats.merge(interval.stats)
      for (const output of outputs) await output.interval?.(interval)
    }
    const run = troubledRun()
    for (const output of outputs) await output.finish?.(run)
    for (const suffix of ['.json', '_stats.csv', '_stats_history.csv', '_failures.csv', '_exceptions.csv', '.xml']) {
      const text = readFileSync(join(folder, `out${suffix}`), 'utf8')
      t.assert.fileSnapshot(text, golden(`out${suffix.replace('.', '.golden.')}`), asText)
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('JUnit of a run that passed', (t) => {
  const text = junitOf(finishOf(tenSeconds()), planOf())
  t.assert.fileSnapshot(text, golden('passed.golden.xml'), asText)
})
