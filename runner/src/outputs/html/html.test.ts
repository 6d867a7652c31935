import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { EventKind } from '../../facts/run-event.ts'
import type { FindingKind } from '../../facts/verdict.ts'
import { Aggregate } from '../../stats/aggregate.ts'
import { formatNumber } from '../../stats/format.ts'
import type { Recorder } from '../../stats/recorder.ts'
import { toResult } from '../result/result.ts'
import {
  finding,
  finishOf,
  intervalOf,
  planOf,
  secondOfLoad,
  startOf,
  tenSeconds,
  troubledRun,
} from '../run.fixture.ts'
import { writePage } from './html.fixture.ts'
import { type Element, readPage, readTable } from './page.fixture.ts'

const seconds = (count: number, more: Parameters<typeof intervalOf>[1] = {}) =>
  Array.from({ length: count }, (_, second) => intervalOf(second, more))
const rowsOf = (page: Element) => readTable(page.withId('request-table') as Element)
const part = (page: Element, id: string) => page.withId(id) as Element

test('every run is a page that can be read strictly', async () => {
  const arrivals = { offered: 120, started: 110, dropped: 10 }
  for (const page of [
    await writePage(finishOf(tenSeconds()), { intervals: seconds(10) }),
    await writePage(troubledRun(), { intervals: seconds(10, { arrivals }) }),
    await writePage(troubledRun()),
    await writePage(finishOf(new Aggregate(), { durationMs: 0, workers: [], events: [] }), { start: null }),
  ]) {
    const root = readPage(page)
    assert.equal(root.all('h1').length, 1)
    for (const table of root.all('table')) assert.equal(table.all('caption').length, 1)
    for (const chart of root.all('svg').filter(({ attributes }) => attributes.role === 'img')) {
      const [title = '', desc = ''] = attributesOf(chart, 'aria-labelledby').split(' ')
      assert.ok(root.withId(title)?.text && root.withId(desc)?.text)
    }
    for (const { attributes } of root.all('a')) assert.ok(root.withId(attributesOf({ attributes }, 'href').slice(1)))
    assert.doesNotMatch(root.text, /NaN|Infinity|undefined|\[object/)
  }
})

test('a page asks for nothing, and runs nothing but its own script', async () => {
  const page = await writePage(troubledRun(), { intervals: seconds(10) })
  const root = readPage(page)
  for (const name of ['link', 'img', 'iframe', 'object', 'embed', 'base', 'form', 'image', 'use', 'foreignobject'])
    assert.equal(root.all(name).length, 0, name)
  assert.doesNotMatch(
    page,
    / (src|srcset|style|on[a-z]+|xlink:href)="|url\(|@import|@font-face|fetch\(|eval\(|import\(/,
  )
  const [{ attributes } = { attributes: {} as Record<string, string> }] = root
    .all('meta')
    .filter(({ attributes }) => attributes['http-equiv'] === 'Content-Security-Policy')
  for (const name of ['style', 'script']) {
    const [element, ...others] = root.all(name)
    assert.equal(others.length, 0)
    const hash = createHash('sha256')
      .update(element?.text ?? '')
      .digest('base64')
    assert.ok(attributes.content?.includes(`${name}-src 'sha256-${hash}'`))
  }
  assert.match(attributes.content ?? '', /^default-src 'none'; .*base-uri 'none'; form-action 'none'$/)
})

test('whatever users and targets say stays text', async () => {
  const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;\u202e\0🦗`
  const record = (recorder: Recorder) => {
    recorder.request(hostile, hostile).failure(1, 2, 0, hostile)
    recorder.request('GET', 'javascript:alert(1)').success(1, Number.NaN, 0)
    recorder.exception(hostile, `at ${hostile}\n</pre>`)
    for (const kind of ['counter', 'trend', 'gauge'] as const) recorder[kind](`${kind} ${hostile}`, 1)
    recorder.rate(`rate ${hostile}`, true)
  }
  const plan = planOf({ file: `${hostile}.ts`, host: `http://h/${encodeURI(hostile)}`, params: { [hostile]: hostile } })
  const intervals = [0, 1].map((second) => intervalOf(second, { stats: secondOfLoad(second, record) }))
  const stats = tenSeconds(record)
  const page = await writePage(
    finishOf(stats, {
      verdict: {
        outcome: 'failed',
        exitCode: 1,
        findings: [finding('failed', `${hostile}: 1`), finding('failed', hostile, hostile as FindingKind)],
      },
      events: [{ atMs: 1, kind: hostile as EventKind, text: hostile }],
      workers: [{ id: hostile, state: hostile, users: 1, cpuPercentMax: 1, rssBytesMax: 1, missingSeconds: 0 }],
      users: { peak: 1, byClass: { [hostile]: 1 } },
    }),
    { intervals, start: startOf(stats, { plan }) },
  )
  const root = readPage(page)
  assert.equal(root.all('script').length, 1)
  assert.equal(root.all('img').length, 0)
  const shown = hostile.replace('\u202e', '\uFFFD').replace('\0', '\uFFFD')
  for (const id of ['verdict', 'time', 'requests', 'failures', 'exceptions', 'metrics', 'load', 'events', 'settings'])
    assert.ok(part(root, id).text.includes(shown), `${id} tells it as it is`)
})

test('the table has the numbers of result.json', async () => {
  const run = troubledRun()
  const root = readPage(await writePage(run))
  const { requests, totals } = await toResult(run, null)
  const rows = rowsOf(root)
  assert.equal(rows.length, requests.length + 1)
  for (const [at, request] of [...requests, totals].entries()) {
    const row = rows[at]
    assert.deepEqual([row?.method?.shown, row?.name?.shown], [request.method, request.name])
    const { mean, min, p50, p90, p95, p99, max } = request.latencyMs
    const figures = { mean, min, p50, p90, p95, p99, max, requests: request.requests, failures: request.failures }
    for (const [title, value] of Object.entries({ ...figures, aborted: request.aborted, 'requests/s': request.rps })) {
      assert.equal(row?.[title]?.value, value, `${request.name} ${title}`)
      const mark = request.atLeast?.some((name) => name === title) ? '≥ ' : ''
      assert.equal(row?.[title]?.shown, mark + formatNumber(value))
    }
    assert.equal(row?.['scheduled p50']?.shown, request.scheduledLatencyMs ? '120' : '–')
  }
})

test('charts over time: each value is in its table, each event has its mark', async () => {
  const series = seconds(10)
  const root = readPage(await writePage(finishOf(tenSeconds()), { intervals: series }))
  const rates = part(root, 'chart-rates')
  const rows = readTable(rates.all('table')[0] as Element)
  assert.deepEqual(
    rows.map((row) => row['requests/s']?.value),
    [100, 100, 100, 101, 100, 100, 100, 100, 100, 100],
  )
  assert.equal(
    rates
      .all('g')
      .find(({ attributes }) => attributes.class === 'event')
      ?.all('text')[0]?.text,
    '1',
  )
  const [p50] = readTable(part(root, 'chart-latency').all('table')[0] as Element)
  assert.deepEqual([p50?.from?.shown, p50?.p50?.shown, p50?.p99?.shown], ['00:00', '4.38 ms', '12 ms'])
  assert.match(part(root, 'chart-latency-desc').text, /p99: least 12 ms at 00:00, greatest 13 ms at 00:03\./)
})

test('open model: arrivals and the users there were; without them what was asked for', async () => {
  const arrivals = { offered: 120, started: 110, dropped: 10 }
  const open = readPage(await writePage(troubledRun(), { intervals: seconds(10, { arrivals }) }))
  const [row] = readTable(part(open, 'chart-load').all('table')[0] as Element)
  assert.deepEqual([row?.offered?.value, row?.started?.value, row?.dropped?.value], [120, 110, 10])
  assert.ok(open.withId('chart-busy'))
  const windows = [{ from: 0, until: 1, seconds: 1, askedUserSeconds: 10, userSeconds: 4 }]
  const load = { askedPeakUsers: 10, askedUserSeconds: 10, userSeconds: 4, windows }
  const closed = readPage(await writePage(finishOf(tenSeconds(), { load }), { intervals: seconds(10) }))
  const [users] = readTable(part(closed, 'chart-load').all('table')[0] as Element)
  assert.deepEqual([users?.['asked for']?.value, users?.running?.value], [10, 4])
  assert.match(part(closed, 'load').text, /4 of 10 user-seconds \(40\.0 %\)/)
})

test('a generator that was too busy shows in its charts, in their words and in their tables', async () => {
  const [calm] = Object.values(intervalOf(0).health)
  const busy = intervalOf(4, { health: { w1: { ...calm!, saturated: true, cpuPercent: 99 } } })
  const intervals = seconds(10).map((interval) => (interval.second === 4 ? busy : interval))
  const chart = part(readPage(await writePage(finishOf(tenSeconds()), { intervals })), 'chart-cpu')
  assert.equal(
    chart.all('rect').filter(({ attributes }) => attributes.class === 'shade').length,
    2,
    'legend and stretch',
  )
  assert.match(chart.all('desc')[0]?.text ?? '', /greatest 99 % at 00:04\. saturated: 1 time\./)
  assert.equal(readTable(chart.all('table')[0] as Element)[4]?.saturated?.value, 1)
})

function attributesOf({ attributes }: Pick<Element, 'attributes'>, name: string): string {
  const value = attributes[name]
  assert.ok(value, name)
  return value
}
