import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Aggregate } from '../../stats/aggregate.ts'
import { Recorder } from '../../stats/recorder.ts'
import type { SeriesWindow } from '../../stats/series/series.ts'
import { finishOf, intervalOf, series } from '../run.fixture.ts'
import { writePage } from './html.fixture.ts'
import { type Element, readPage, readTable } from './page.fixture.ts'

const weekSeconds = 7 * 86_400

/** Every name, window and event that a run of a week can have. */
function week(names: number) {
  const stats = new Aggregate()
  for (let i = 0; i < names; i++) {
    // one for each: a recorder has its own limit of names
    const recorder = new Recorder()
    const group = recorder.request('GET', `/shop/department/${i}/products/[id]/reviews`)
    for (let k = 0; k <= i % 50; k++) group.success(1.234 * (i + k + 1), 2.345 * (i + k + 1), 100)
    group.failure(12.34, 23.45, 0, `HTTP 503 from server ${i}`)
    stats.merge(recorder.take())
  }
  const latency = stats.total.all().toData()
  const width = 2_048
  const windows: SeriesWindow[] = Array.from({ length: Math.ceil(weekSeconds / width) }, (_, i) => ({
    ...{ from: i * width, until: (i + 1) * width, failures: i * 37, aborted: 0, bytes: 1 },
    latency: { ...latency, count: latency.count + i * 997 },
  }))
  const all = [...stats.requests(), { method: '', name: 'Aggregated' }].reverse()
  const run = finishOf(stats, {
    durationMs: weekSeconds * 1_000,
    series: series(all.map(({ method, name }) => ({ method, name, windows }))),
    events: Array.from({ length: 2_001 }, (_, i) => ({
      atMs: i * 300_000,
      kind: 'worker_lost',
      text: `worker ${i} was lost`,
    })),
    workers: Array.from({ length: 1_000 }, (_, i) => ({
      ...{ id: `load-worker-${i}`, state: 'stopped', users: 10, cpuPercentMax: 61.23 },
      ...{ rssBytesMax: 120e6 + i, missingSeconds: i % 7 },
    })),
  })
  const intervals = windows.map(({ from }) => intervalOf(from))
  return { run, intervals }
}

test('a week of 500 names is a page of a megabyte at most, which says what it leaves out', async () => {
  const { run, intervals } = week(500)
  const page = await writePage(run, { intervals, series: run.series })
  assert.ok(page.length < 1_000_000, `${page.length} characters`)
  const root = readPage(page)
  const chart = root.withId('chart-latency-of-names') as Element
  assert.match(chart.text, /The 5 of 500 names with the most requests\. result\.json has all of them\./)
  assert.equal(chart.all('path').filter(({ attributes }) => attributes.d?.startsWith('M70')).length, 5)
  assert.equal(readTable(root.withId('request-table') as Element).length, 501)
  assert.match((root.withId('events') as Element).text, /1,501 later events in result\.json/)
  assert.match((root.withId('failures') as Element).text, /300 more kinds in result\.json/)
  assert.match((root.withId('load') as Element).text, /500 workers more in result\.json/)
})

test('of a long run no more is read than is drawn', async () => {
  const { run, intervals } = week(50)
  let read = 0
  const counted: typeof run.series = {
    series: (isWanted = () => true) => {
      const wanted = [...run.series.series()].filter(isWanted)
      read += wanted.length
      return wanted
    },
  }
  const page = await writePage({ ...run, series: counted }, { intervals, series: counted })
  assert.equal(read, 6, 'the total, and five names')
  assert.equal(page, await writePage(run, { intervals, series: run.series }))
})

test('of thousands of names those with the most requests are shown, and the totals are of all', async () => {
  const { run } = week(3_000)
  const root = readPage(await writePage(run))
  const rows = readTable(root.withId('request-table') as Element)
  assert.equal(rows.length, 1_001)
  assert.equal(rows.at(-1)?.requests?.value, run.stats.total.requests)
  const least = Math.min(...rows.map((row) => row.requests?.value ?? 0))
  assert.ok(least >= 34, `${least}`)
  assert.match(
    (root.withId('requests') as Element).text,
    /The 1,000 names with the most requests\. result\.json has the other 2,000/,
  )
})

test('a text of any length is cut', async () => {
  const recorder = new Recorder()
  const long = 'x'.repeat(1_000_000)
  recorder.request('GET', long).failure(1, Number.NaN, 0, long)
  recorder.exception(long, long)
  recorder.counter(long, 1)
  const stats = new Aggregate()
  stats.merge(recorder.take())
  const page = await writePage(finishOf(stats, { events: [{ atMs: 1, kind: 'warning', text: long }] }), {
    intervals: [intervalOf(0)],
  })
  assert.ok(page.length < 100_000, `${page.length} characters`)
})
