import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import type { RunStart } from '../../facts/run.ts'
import { createRedact } from '../../redact.ts'
import { Aggregate } from '../../stats/aggregate.ts'
import type { Recorder } from '../../stats/recorder.ts'
import type { RunStatus } from '../metrics/run-metrics.ts'
import { calm, finishOf, intervalOf, local, planOf, secondOfLoad, startOf, tenSeconds } from '../run.fixture.ts'
import { MetricsPage } from './metrics-page.ts'
import { PrometheusOutput } from './prometheus.ts'

const running: RunStatus = { run: 'shop-1', state: 'running', exitCode: undefined }
let page = new MetricsPage()
beforeEach(() => {
  page = new MetricsPage()
})

function begun(secrets: readonly string[] = [], more: Partial<RunStart> = {}): PrometheusOutput {
  const output = new PrometheusOutput(page, createRedact(secrets), planOf())
  output.start(startOf(new Aggregate(), more))
  return output
}

const second = (extra?: (recorder: Recorder) => void) => intervalOf(0, { stats: secondOfLoad(0, extra) })
const isOwn = ({ name }: { name: string }) => name !== '/products' && name !== '/cart/add/[id]'
/** Without the requests that each second of the fixture has. */
const only = (extra: (recorder: Recorder) => void) => {
  const interval = second(extra)
  return { ...interval, stats: { ...interval.stats, requests: interval.stats.requests.filter(isOwn) } }
}

/** A series' value, as it is written. */
async function told(series: string, status = running): Promise<string | undefined> {
  const text = await page.text(status)
  const line = text.split('\n').find((line) => line.startsWith(`${series} `))
  return line?.slice(series.length + 1)
}

test('a run that is being prepared, or broke before its start, has a state and a verdict', async () => {
  assert.equal(await told('katydid_run_state{state="preparing"}', { ...running, state: 'preparing' }), '1')
  assert.equal(await told('katydid_run_verdict'), undefined)
  const broken: RunStatus = { run: 'shop-1', state: 'finished', exitCode: 2 }
  assert.equal(await told('katydid_run_verdict', broken), '2')
  assert.equal(await told('katydid_run_state{state="running"}', broken), '0')
})

test('the run is in one series of its own, and in no label of the others', async () => {
  begun().interval(second())
  const text = await page.text(running)
  assert.match(
    text,
    /\nkatydid_run_info\{run="shop-1",version="[\d.]+",file="shop.ts",profile="constant",host="http:\/\/localhost:8000"\} 1\n/,
  )
  assert.equal(text.match(/shop-1/g)?.length, 1)
  assert.equal(await told('katydid_run_start_time_seconds'), '1795435200')
  assert.equal(await told('katydid_run_planned_seconds'), '30')
})

test('who may read the target with a password does not see it here', async () => {
  const output = new PrometheusOutput(page, createRedact([]), planOf({ host: 'https://me:hush@shop.test:8443/a@b' }))
  assert.equal(output.plan?.host, 'https://me:hush@shop.test:8443/a@b')
  assert.match(await page.text(running), /host="https:\/\/shop.test:8443\/a@b"/)
})

test('labels with quotes, lines, backslashes and any script are one line each, and names that are made of labels cannot be', async () => {
  const names = ['say "hi"', 'two\nlines', 'back\\slash', '支払い/🦗', 'half \ud83d', '{le="1"} 5', '']
  begun().interval(
    only((recorder) => {
      for (const name of names) recorder.request('GET', name).success(1, Number.NaN, 0)
    }),
  )
  const text = await page.text(running)
  const lines = text.split('\n').filter((line) => line.startsWith('katydid_requests_total'))
  const expected = ['say \\"hi\\"', 'two\\nlines', 'back\\\\slash', '支払い/🦗', 'half \ufffd', '{le=\\"1\\"} 5', '']
  assert.deepEqual(
    lines,
    expected.map((name) => `katydid_requests_total{method="GET",name="${name}"} 1`),
  )
})

test('names that only a secret told apart are one series: their sum, also of their histograms', async () => {
  begun(['hush-1', 'hush-2']).interval(
    only((recorder) => {
      recorder.request('GET', '/hush-1').success(1, 9, 0)
      recorder.request('GET', '/hush-2').success(9, 9, 0)
    }),
  )
  const labels = 'method="GET",name="/[redacted]"'
  assert.equal(await told(`katydid_requests_total{${labels}}`), '2')
  assert.equal(await told(`katydid_request_duration_seconds_bucket{le="0.001",${labels}}`), '1')
  assert.equal(await told(`katydid_request_duration_seconds_bucket{le="0.01",${labels}}`), '2')
  assert.equal(await told(`katydid_request_duration_seconds_sum{${labels}}`), '0.01')
  assert.ok(!(await page.text(running)).includes('hush'))
})

test('no series is there twice, whatever is cut or cannot be written', async () => {
  const names = ['half \ud83d', 'half \ud83e', `${'x'.repeat(300)}1`, `${'x'.repeat(300)}2`]
  begun().interval(
    only((recorder) => {
      for (const name of names) {
        recorder.request('GET', name).failure(1, 2, 0, name)
        recorder.gauge(`g ${name}`, 1)
        recorder.trend(`t ${name}`, 1)
      }
    }),
  )
  const text = Buffer.from(await page.text(running)).toString()
  const series = text.split('\n').flatMap((line) => /^(k.*) \S+$/.exec(line)?.[1] ?? [])
  assert.deepEqual([...new Set(series)], series)
  assert.equal(await told(`katydid_requests_total{method="GET",name="half \ufffd"}`), '2')
})

test('texts are cut, and beyond so many they are one', async () => {
  begun().interval(
    only((recorder) => {
      const request = recorder.request('GET', '/')
      for (let i = 0; i < 300; i++) request.failure(1, Number.NaN, 0, `error ${i} ${'x'.repeat(1_000)}`)
      for (let i = 0; i < 300; i++) recorder.exception(`exception ${i}`, '')
    }),
  )
  const lines = (await page.text(running)).split('\n')
  for (const family of ['katydid_errors_total{', 'katydid_exceptions_total{']) {
    const series = lines.filter((line) => line.startsWith(family))
    assert.equal(series.length, 201, family)
    const sum = series.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
    assert.ok(sum >= 300 && sum <= 303, `${sum}`)
    assert.ok(Math.max(...series.map(({ length }) => length)) < 300)
  }
})

test('a counter of the load file that goes down too: two that only rise', async () => {
  const output = begun()
  for (const value of [5, -2, 4]) output.interval(only((recorder) => recorder.counter('stock', value)))
  assert.equal(await told('katydid_metric_added_total{metric="stock"}'), '9')
  assert.equal(await told('katydid_metric_subtracted_total{metric="stock"}'), '2')
  assert.equal(await told('katydid_metric_subtracted_total{metric="orders"}'), undefined)
})

test('a counter of the load file that has passed all numbers is at its end, and the page is there', async () => {
  const output = begun()
  for (let i = 0; i < 2; i++) output.interval(second((recorder) => recorder.counter('big', 1e308)))
  assert.equal(await told('katydid_metric_added_total{metric="big"}'), '1.7976931348623157e+308')
})

test('users and workers are those of now, and none at the end', async () => {
  let state = 'spawning'
  const output = begun([], {
    userClasses: ['Shopper', 'Thief'],
    workers: () => [{ ...local, state }, local],
  })
  assert.equal(await told('katydid_workers{state="spawning"}'), '1')
  output.interval({ ...intervalOf(0), users: { Thief: 3 }, targetUsers: 4 })
  assert.equal(await told('katydid_users{user_class="Shopper"}'), '0')
  assert.equal(await told('katydid_users{user_class="Thief"}'), '3')
  assert.equal(await told('katydid_users_asked'), '4')
  state = 'missing'
  output.event({ atMs: 0, kind: 'worker_lost', text: 'w1 was lost' })
  assert.equal(await told('katydid_workers{state="missing"}'), '1')
  assert.equal(await told('katydid_events_total{kind="worker_lost"}'), '1')
  output.finish(finishOf(tenSeconds()))
  for (const series of ['katydid_users{user_class="Thief"}', 'katydid_users_asked', 'katydid_workers{state="missing"}'])
    assert.equal(await told(series), '0', series)
  assert.equal(await told('katydid_workers{state="stopped"}'), '1')
})

test('the open model: arrivals, with those that lost workers never told of, and latency from the intended start', async () => {
  const output = begun()
  const arrivals = { offered: 10, started: 9, dropped: 1 }
  const stats = secondOfLoad(0, (recorder) => recorder.request('GET', '/late').success(3, 700, 0))
  const { targetUsers: _, ...open } = intervalOf(0, { arrivals, stats })
  output.interval(open)
  assert.equal(await told('katydid_users_asked'), undefined)
  assert.equal(await told('katydid_arrivals_started_total'), '9')
  const late = 'method="GET",name="/late"'
  assert.equal(await told(`katydid_request_duration_seconds_bucket{le="0.005",${late}}`), '1')
  assert.equal(await told(`katydid_request_scheduled_duration_seconds_bucket{le="0.5",${late}}`), '0')
  assert.equal(await told(`katydid_request_scheduled_duration_seconds_bucket{le="1",${late}}`), '1')
  assert.equal(await told('katydid_request_scheduled_duration_seconds_count{method="GET",name="/products"}'), undefined)
  output.finish(finishOf(tenSeconds(), { arrivals: { offered: 15, started: 9, dropped: 6 } }))
  assert.equal(await told('katydid_arrivals_offered_total'), '15')
  assert.equal(await told('katydid_arrivals_dropped_total'), '6')
})

test('the generator: what has been, and the newest second of those that told of it', async () => {
  const output = begun()
  const busy = { ...calm, saturated: true, cpuPercent: 99, loopDelayMaxMs: 300, gcMs: 3 }
  output.interval(intervalOf(0, { health: { a: calm, b: busy } }))
  output.interval(intervalOf(1, { health: { a: calm } }))
  output.interval(intervalOf(2, { health: {} }))
  assert.equal(await told('katydid_generator_intervals_total'), '3')
  assert.equal(await told('katydid_generator_saturated_intervals_total'), '1')
  assert.equal(await told('katydid_generator_gc_seconds_total'), '0.007')
  assert.equal(await told('katydid_generator_cpu_max_ratio'), '0.35')
  assert.equal(await told('katydid_generator_loop_delay_max_seconds'), '0.0034')
})

test('text is made once for each change, however many ask', async () => {
  const output = begun()
  output.interval(second())
  const [one, two] = [page.text(running), page.text(running)]
  assert.ok(one === two)
  const text = await one
  output.interval(second())
  assert.ok(text !== (await page.text(running)))
  assert.ok((await page.text(running)) !== (await page.text({ ...running, state: 'stopping' })))
})
