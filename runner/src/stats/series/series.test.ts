import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bucketOf } from '../buckets.ts'
import { Histogram } from '../histogram.ts'
import { ByteReader, ByteWriter } from '../packed-bytes.ts'
import { Recorder } from '../recorder.ts'
import type { RunInterval, StatsDelta } from '../snapshot.ts'
import { readWindow, writeWindow } from './packed-window.ts'
import { SeriesStore, seriesBoundBytes } from './series.ts'
import type { Series, SeriesWindow } from './series-window.ts'

function intervalOf(second: number, stats: StatsDelta): RunInterval {
  return { second, durationMs: 1_000, at: 0, stats, users: {}, userCount: 0, health: {} }
}

function deltaOf(latencies: Record<string, number[]>): StatsDelta {
  const recorder = new Recorder()
  for (const [name, list] of Object.entries(latencies))
    for (const ms of list) recorder.request('GET', name).success(ms, Number.NaN, 10)
  return recorder.take()
}

/** Of the first name after the total. */
const windowsOf = (all: Iterable<Series>) => [...all][1]!.windows

const merged = (windows: readonly SeriesWindow[]) =>
  windows.reduce((sum, { latency }) => sum.merge(latency), new Histogram())

test('packing keeps a window exactly, also counts beyond 2^32 and negative buckets', () => {
  const bucket = fc.tuple(
    fc.integer({ min: -200_000, max: 200_000 }),
    fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  )
  fc.assert(
    fc.property(
      fc.uniqueArray(bucket, { selector: ([id]) => id, maxLength: 50 }),
      fc.double({ noNaN: true }),
      (pairs, sum) => {
        const buckets = pairs.sort(([a], [b]) => a - b).flat()
        const latency = { count: 2 ** 52, sum, min: 0.5, max: 9, buckets }
        const window = { from: 7_000, until: 7_004, failures: 2 ** 40, aborted: 3, bytes: 2 ** 53 - 1, latency }
        const writer = new ByteWriter()
        writeWindow(writer, 6_400, window)
        assert.deepEqual(readWindow(new ByteReader(writer.written()), 6_400, 4), window)
      },
    ),
  )
})

test('windows add up to everything that was added, in any order of seconds, and their percentiles are those of all samples', () => {
  const second = fc.record({
    second: fc.nat(3_000),
    ms: fc.array(fc.double({ min: 0.1, max: 5_000, noNaN: true }), { minLength: 1, maxLength: 4 }),
  })
  fc.assert(
    fc.property(fc.array(second, { minLength: 1, maxLength: 80 }), (seconds) => {
      const store = new SeriesStore()
      const all = new Histogram()
      for (const { second, ms } of seconds) {
        store.add(intervalOf(second, deltaOf({ '/a': ms })))
        for (const value of ms) all.record(value)
      }
      const newest = Math.max(...seconds.map(({ second }) => second))
      const lastTen = new Histogram()
      for (const { second, ms } of seconds) if (second > newest - 600) for (const value of ms) lastTen.record(value)
      for (const { windows } of store.recent()) {
        assert.equal(merged(windows).count, lastTen.count)
        assert.equal(merged(windows).percentile(0.95), lastTen.percentile(0.95))
      }
      for (const { windows } of store.series()) {
        assert.ok(windows.length <= 512)
        const sum = merged(windows)
        assert.equal(sum.count, all.count)
        for (const quantile of [0.5, 0.95, 0.99]) assert.equal(sum.percentile(quantile), all.percentile(quantile))
        for (const [i, window] of windows.entries()) assert.ok(i === 0 || window.from >= windows[i - 1]!.until)
      }
    }),
    { numRuns: 60 },
  )
})

test('each window holds exactly its own seconds, whatever its width', () => {
  const store = new SeriesStore()
  for (let second = 0; second < 2_500; second++) store.add(intervalOf(second, deltaOf({ '/a': [second + 1] })))
  const [total, one] = store.series()
  assert.deepEqual(
    total?.windows.map(({ latency }) => latency.count),
    one?.windows.map(({ latency }) => latency.count),
  )
  for (const { from, until, latency } of one!.windows) {
    assert.equal(until - from, 8)
    assert.deepEqual([latency.min, latency.max], [from + 1, Math.min(until, 2_500)])
    assert.equal(latency.count, Math.min(until, 2_500) - from)
  }
})

test('the last ten minutes are kept second by second', () => {
  const store = new SeriesStore()
  for (let second = 0; second < 4_000; second++) store.add(intervalOf(second, deltaOf({ '/a': [1, 2] })))
  const recent = windowsOf(store.recent())
  assert.equal(recent.length, 600)
  assert.deepEqual([recent[0]!.from, recent.at(-1)!.until], [3_400, 4_000])
  assert.ok(recent.every(({ from, until, latency }) => until - from === 1 && latency.count === 2))
})

test('a second without requests costs no window, a late one finds its place', () => {
  const store = new SeriesStore()
  for (const second of [0, 5, 9, 5, 2]) store.add(intervalOf(second, deltaOf({ '/a': [1] })))
  store.add(intervalOf(10, deltaOf({})))
  const [windows, recent] = [windowsOf(store.series()), windowsOf(store.recent())]
  const counts = (list: SeriesWindow[]) => list.map(({ from, latency }) => [from, latency.count])
  assert.deepEqual(counts(windows), [
    [0, 1],
    [2, 1],
    [5, 2],
    [9, 1],
  ])
  assert.deepEqual(counts(recent), [
    [0, 1],
    [2, 1],
    [5, 2],
    [9, 1],
  ])
})

test('failures, aborts and bytes are counted apart, and an empty store has no series', () => {
  const store = new SeriesStore()
  assert.deepEqual([...store.series()], [])
  const recorder = new Recorder()
  recorder.request('GET', '/a').failure(5, Number.NaN, 7, 'HTTP 500')
  recorder.request('GET', '/a').abort(5)
  store.add(intervalOf(0, recorder.take()))
  const [window] = [...store.series()][0]!.windows
  assert.deepEqual([window?.failures, window?.aborted, window?.bytes, window?.latency.count], [1, 1, 7, 1])
})

test('a name that fell silent has nothing recent left, also while nobody asks for anything', () => {
  const store = new SeriesStore()
  for (let second = 0; second < 100; second++) store.add(intervalOf(second, deltaOf({ '/a': [1] })))
  store.add(intervalOf(650, deltaOf({})))
  assert.deepEqual(
    windowsOf(store.recent()).map(({ from }) => from),
    Array.from({ length: 49 }, (_, i) => 51 + i),
  )
  store.add(intervalOf(5_000, deltaOf({})))
  assert.deepEqual(windowsOf(store.recent()), [])
  assert.equal(merged(windowsOf(store.series())).count, 100)
})

test('gaps of any length: windows widen at once, several times over', () => {
  const store = new SeriesStore()
  for (const second of [0, 511, 100_000, 600_000, 3]) store.add(intervalOf(second, deltaOf({ '/a': [1] })))
  const windows = windowsOf(store.series())
  assert.deepEqual(
    windows.map(({ from, until, latency }) => [from, until, latency.count]),
    [
      [0, 2_048, 3],
      [98_304, 100_352, 1],
      [598_016, 600_064, 1],
    ],
  )
})

test('an interval of ten seconds counts where it began, and those after it in their own', () => {
  const store = new SeriesStore()
  store.add(intervalOf(0, deltaOf({ '/a': [1] })))
  store.add({ ...intervalOf(1, deltaOf({ '/a': [1, 2, 3] })), durationMs: 10_000 })
  store.add(intervalOf(11, deltaOf({ '/a': [4, 5] })))
  for (const list of [windowsOf(store.series()), windowsOf(store.recent())])
    assert.deepEqual(
      list.map(({ from, until, latency }) => [from, until, latency.count]),
      [
        [0, 1, 1],
        [1, 2, 3],
        [11, 12, 2],
      ],
    )
})

test('counts, failures and bytes are exact beyond 2^32, in open, closed and widened windows', () => {
  const store = new SeriesStore()
  const many = 2 ** 33 + 1
  const latency = { count: many, sum: many, min: 1, max: 1, buckets: [bucketOf(1), many] }
  const none = { count: 0, sum: 0, min: 0, max: 0, buckets: [] }
  const request = { method: 'GET', name: '/a', ok: none, failed: latency, aborted: many, hops: 0, bytes: many }
  for (let second = 0; second < 700; second++)
    store.add(intervalOf(second, { requests: [request], errors: [], exceptions: [], metrics: [] }))
  for (const { windows } of store.recent()) assert.deepEqual(windows[0]!.latency, latency)
  for (const { windows } of store.series()) {
    const sum = (pick: (window: SeriesWindow) => number) => windows.reduce((all, window) => all + pick(window), 0)
    assert.equal(merged(windows).count, 700 * many)
    assert.deepEqual([sum((w) => w.failures), sum((w) => w.aborted), sum((w) => w.bytes)], Array(3).fill(700 * many))
    assert.deepEqual(windows[0]!.latency.buckets, [bucketOf(1), 2 * many])
  }
})

test('names that widen together spread the work: what is read meanwhile is the same', () => {
  const [read, unread] = [new SeriesStore(), new SeriesStore()]
  const names = Array.from({ length: 40 }, (_, i) => `/${i}`)
  for (let second = 0; second < 1_100; second++) {
    const delta = deltaOf(Object.fromEntries(names.map((name, i) => [name, [1 + ((second * 7 + i) % 50)]])))
    for (const store of [read, unread]) store.add(intervalOf(second, delta))
    if (second % 100 === 20) assert.ok([...read.series()].every(({ windows }) => windows.length <= 512))
  }
  assert.deepEqual([...unread.series()], [...read.series()])
})

test('the bound grows with names and spread only', () => {
  const spread = { names: 500, bucketsPerWindow: 384, bucketsPerSecond: 3 }
  assert.ok(seriesBoundBytes(spread) <= 512 * 2 ** 20)
  assert.ok(seriesBoundBytes({ ...spread, names: 1_000 }) > 1.9 * seriesBoundBytes(spread))
})
