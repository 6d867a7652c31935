import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Aggregate } from './aggregate.ts'
import type { ErrorDelta, MetricDelta, RequestDelta, StatsDelta } from './snapshot.ts'

const count = fc.nat({ max: 1_000_000 })
const none = { count: 0, sum: 0, min: 0, max: 0, buckets: [] }
const name = fc.constantFrom('/a', '/b', '/c')
const at = fc.nat({ max: 10_000 })

const request = fc.record({ name, of: count, aborted: count, hops: count, bytes: count }).map(
  ({ of, ...rest }): RequestDelta => ({
    method: 'GET',
    ...rest,
    ok: of === 0 ? none : { count: of, sum: of * 2, min: 2, max: 2, buckets: [100, of] },
    failed: none,
  }),
)
const error = fc
  .record({ name, error: fc.constantFrom('HTTP 500', 'ECONNRESET'), occurrences: count, times: fc.tuple(at, at) })
  .map(
    ({ times: [a, b], ...rest }): ErrorDelta => ({
      method: 'GET',
      ...rest,
      firstSeen: Math.min(a, b),
      lastSeen: Math.max(a, b),
    }),
  )
const metric = fc.oneof(
  count.map((sum): MetricDelta => ({ kind: 'counter', name: 'sold', sum })),
  fc
    .tuple(count, count)
    .map(([trues, more]): MetricDelta => ({ kind: 'rate', name: 'json', trues, count: trues + more })),
)
const delta: fc.Arbitrary<StatsDelta> = fc.record({
  requests: fc.array(request, { maxLength: 5 }),
  errors: fc.array(error, { maxLength: 5 }),
  exceptions: fc.constant([]),
  metrics: fc.array(metric, { maxLength: 5 }),
})

function plain(total: Aggregate) {
  const byText = (list: readonly object[]) => list.map((entry) => JSON.stringify(entry)).sort()
  return {
    total: [total.total.requests, total.total.bytes, total.total.aborted, total.total.hops],
    requests: total.requests().map((stats) => ({ ...stats, ok: stats.ok.toData(), failed: stats.failed.toData() })),
    errors: byText(total.errors()),
    metrics: byText(total.metrics()),
  }
}

function sumOf(deltas: readonly StatsDelta[]): Aggregate {
  const total = new Aggregate()
  for (const one of deltas) total.merge(one)
  return total
}

test('the order of reports does not matter, and sums are exact', () => {
  fc.assert(
    fc.property(
      fc
        .array(delta, { maxLength: 8 })
        .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([inOrder, shuffled]) => {
        const total = sumOf(inOrder)
        assert.deepEqual(plain(sumOf(shuffled)), plain(total))
        const requests = inOrder.flatMap((one) => one.requests)
        const sum = (of: (one: RequestDelta) => number) => requests.reduce((all, one) => all + of(one), 0)
        assert.equal(
          total.total.requests,
          sum((one) => one.ok.count),
        )
        assert.equal(
          total.total.bytes,
          sum((one) => one.bytes),
        )
        assert.equal(
          total.total.ok.sum,
          sum((one) => one.ok.sum),
        )
        const errors = inOrder.flatMap((one) => one.errors)
        assert.equal(
          total.errors().reduce((all, one) => all + one.occurrences, 0),
          errors.reduce((all, one) => all + one.occurrences, 0),
        )
        assert.equal(
          Math.min(...total.errors().map((one) => one.firstSeen)),
          Math.min(...errors.map((one) => one.firstSeen)),
        )
        assert.equal(
          Math.max(...total.errors().map((one) => one.lastSeen)),
          Math.max(...errors.map((one) => one.lastSeen)),
        )
      },
    ),
  )
})

test('a gauge is the newest value, whichever report comes last', () => {
  const gauge = (value: number, seenAt: number): StatsDelta => ({
    requests: [],
    errors: [],
    exceptions: [],
    metrics: [{ kind: 'gauge', name: 'queue', value, at: seenAt }],
  })
  for (const order of [
    [gauge(1, 10), gauge(2, 20)],
    [gauge(2, 20), gauge(1, 10)],
  ]) {
    const queue = sumOf(order).metric('queue')
    assert.ok(queue?.kind === 'gauge' && queue.value === 2)
  }
})

test('what is merged is not changed, nor kept: deltas go to outputs too', () => {
  fc.assert(
    fc.property(delta, (one) => {
      const before = structuredClone(one)
      sumOf([one, one])
      assert.deepEqual(structuredClone(one), before)
    }),
  )
})

test('reset forgets everything', () => {
  const total = sumOf(fc.sample(delta, 5))
  total.reset()
  assert.deepEqual(plain(total), plain(new Aggregate()))
})

test('names with spaces are not mixed up with methods', () => {
  const one = (method: string, name: string): RequestDelta => ({
    method,
    name,
    ok: { count: 1, sum: 1, min: 1, max: 1, buckets: [1, 1] },
    failed: none,
    aborted: 0,
    hops: 0,
    bytes: 0,
  })
  const total = sumOf([{ requests: [one('GET', 'A B'), one('GET A', 'B')], errors: [], exceptions: [], metrics: [] }])
  assert.deepEqual(
    total.requests().map(({ requests }) => requests),
    [1, 1],
  )
})
