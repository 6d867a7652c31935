import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { otherName } from '../../stats/cardinality-limit.ts'
import { mergeDeltas } from '../../stats/merge.ts'
import { Recorder } from '../../stats/recorder.ts'
import type { StatsDelta } from '../../stats/snapshot.ts'
import { statsOf } from '../master.fixture.ts'
import { NameCap } from './name-cap.ts'

function rig(most: number) {
  const told = { times: 0 }
  const cap = new NameCap(most, () => told.times++)
  return { told, apply: (...names: string[]) => cap.apply(mergeDeltas(names.map((name) => statsOf(1, name)))), cap }
}

const counts = ({ requests }: StatsDelta) =>
  Object.fromEntries(requests.map(({ method, name, ok }) => [`${method} ${name}`, ok.count]))

test('as long as there are few names, what comes is handed on as it is', () => {
  const { cap, told } = rig(2)
  for (const stats of [statsOf(1, '/a'), statsOf(2, '/b'), mergeDeltas([statsOf(1, '/b'), statsOf(1, '/a')])])
    assert.equal(cap.apply(stats), stats)
  assert.equal(told.times, 0)
})

test('names that a threshold is about stay, however late they come, and take no other’s place', () => {
  const cap = new NameCap(1, () => {}, new Set(['/checkout']))
  assert.deepEqual(counts(cap.apply(statsOf(1, '/a'))), { 'GET /a': 1 })
  const late = cap.apply(mergeDeltas([statsOf(1, '/b'), statsOf(2, '/checkout')]))
  assert.deepEqual(counts(late), { 'GET /checkout': 2, [`GET ${otherName}`]: 1 })
})

test('the first names stay, all others are one, and it is said once', () => {
  const { apply, told } = rig(2)
  assert.deepEqual(counts(apply('/a', '/b', '/c', '/d')), { 'GET /a': 1, 'GET /b': 1, [`GET ${otherName}`]: 2 })
  assert.deepEqual(counts(apply('/e', '/b')), { 'GET /b': 1, [`GET ${otherName}`]: 1 })
  assert.equal(told.times, 1)
})

test('what a worker has put under (other) itself takes nobody’s place', () => {
  const { apply, told } = rig(1)
  assert.deepEqual(counts(apply(otherName, '/a', '/b')), { [`GET ${otherName}`]: 2, 'GET /a': 1 })
  assert.equal(told.times, 1)
})

test('methods of (other) stay apart, its errors go with it, exceptions and metrics are untouched', () => {
  const recorder = new Recorder()
  for (const [method, name] of [
    ['GET', '/a'],
    ['GET', '/b'],
    ['PUT', '/c'],
  ] as const)
    recorder.request(method, name).failure(1, Number.NaN, 0, 'ECONNRESET')
  const stats: StatsDelta = {
    ...recorder.take(),
    exceptions: [{ message: 'Error: x', traceback: '', count: 1, firstSeen: 0, lastSeen: 0 }],
    metrics: [{ kind: 'counter', name: '/b', sum: 3 }],
  }
  const before = structuredClone(stats)
  const capped = rig(1).cap.apply(stats)
  const groups = (of: readonly { method: string; name: string }[]) => of.map(({ method, name }) => `${method} ${name}`)
  assert.deepEqual(groups(capped.requests), ['GET /a', `GET ${otherName}`, `PUT ${otherName}`])
  assert.deepEqual(groups(capped.errors), ['GET /a', `GET ${otherName}`, `PUT ${otherName}`])
  assert.deepEqual([capped.exceptions, capped.metrics], [before.exceptions, before.metrics])
  assert.deepEqual(stats, before)
})

test('however many names come, no request is lost and no more names are kept', () => {
  fc.assert(
    fc.property(fc.nat(5), fc.array(fc.array(fc.nat(12), { maxLength: 8 }), { maxLength: 8 }), (most, reports) => {
      const { apply } = rig(most)
      const names = new Set<string>()
      for (const report of reports) {
        const { requests } = apply(...report.map((n) => `/${n}`))
        for (const { name } of requests) if (name !== otherName) names.add(name)
        assert.equal(
          requests.reduce((sum, { ok }) => sum + ok.count, 0),
          report.length,
        )
        assert.equal(new Set(requests.map(({ name }) => name)).size, requests.length)
      }
      assert.ok(names.size <= most)
    }),
  )
})
