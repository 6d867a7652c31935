import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { Aggregate } from '../../stats/aggregate.ts'
import { Recorder } from '../../stats/recorder.ts'
import type { Series } from '../../stats/series/series.ts'
import { finishOf } from '../run.fixture.ts'
import { toResult } from './result.ts'

/** So many groups, each of which takes a while to be read. */
function slow(groups: number, tookMs: number, onRead: (group: number) => void = () => {}) {
  return {
    *series(): Iterable<Series> {
      for (let group = 0; group < groups; group++) {
        const began = performance.now()
        while (performance.now() - began < tookMs);
        onRead(group)
        yield { method: 'GET', name: `/${group}`, windows: [] }
      }
    },
  }
}

test('reading a long run lets others have their turn', async () => {
  let turns = 0
  let reading = true
  const others = (async () => {
    while (reading) {
      turns++
      await setImmediate()
    }
  })()
  const { series } = await toResult(finishOf(new Aggregate(), { series: slow(20, 11) }), null)
  reading = false
  await others
  assert.equal(series.length, 20)
  assert.ok(turns >= 20, `${turns}`)
})

test('the end of a run is read once, whoever asks; a run under way each time', async () => {
  let read = 0
  const series = slow(3, 0, () => read++)
  const end = finishOf(new Aggregate(), { series })
  const [one, other] = await Promise.all([toResult(end, null), toResult(end, null)])
  assert.equal(read, 3)
  assert.deepEqual(one.series, other.series)
  await toResult(finishOf(new Aggregate(), { series }), null)
  assert.equal(read, 6)
})

test('what goes on counting is read at one moment, after the series', async () => {
  const stats = new Aggregate()
  const count = (group: number) => {
    const recorder = new Recorder()
    recorder.request('GET', `/${group}`).success(1, Number.NaN, 0)
    stats.merge(recorder.take())
  }
  const run = finishOf(stats, { series: slow(4, 11, count) })
  const { series, requests } = await toResult(run, null)
  assert.deepEqual(
    requests.map(({ name }) => name),
    series.map(({ name }) => name),
  )
})
