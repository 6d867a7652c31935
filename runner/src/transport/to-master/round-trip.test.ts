import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RoundTrip } from './round-trip.ts'

test('rises with one slow answer, and falls slowly', () => {
  const way = new RoundTrip()
  const ask = (id: number, tookMs: number) => {
    way.asked(id, id)
    return way.answered(id, id + tookMs)
  }
  assert.equal(way.ms, 0)
  assert.equal(ask(1_000, 20), 1_000)
  assert.equal(way.ms, 20)
  ask(2_000, 6_000)
  assert.equal(way.ms, 6_000)
  ask(3_000, 20)
  assert.ok(way.ms > 5_000 && way.ms < 6_000, `${way.ms}`)
  for (let i = 4; i < 120; i++) ask(i * 1_000, 20)
  assert.ok(way.ms < 30, `${way.ms}`)
})

test('what answers no question, or an older one than was answered, says nothing', () => {
  const way = new RoundTrip()
  for (const id of [1, 2, 3]) way.asked(id, id)
  assert.equal(way.answered(2, 10), 2)
  for (const id of [1, 2, 4, undefined, 'x', Number.NaN]) assert.equal(way.answered(id, 500), undefined)
  assert.equal(way.ms, 8)
  assert.equal(way.answered(3, 10), 3)
})

test('questions that nobody answers are forgotten, the oldest first', () => {
  const way = new RoundTrip()
  for (let id = 0; id < 100_000; id++) way.asked(id, id)
  assert.equal(way.answered(99_000, 100_000), undefined)
  assert.equal(way.answered(99_900, 100_000), 99_900)
})
