import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type EventKind, eventKinds, type RunEvent } from '../facts/run-event.ts'
import type { Finding } from '../facts/verdict.ts'
import type { Criterion } from './criterion.ts'
import { healthy, intervalOf, TestRun, type TestSecond } from './run.fixture.ts'

const runs: Record<string, TestSecond[]> = {
  'nothing at all': [],
  'no request': [{}, {}, {}],
  'only aborted requests': [{ ok: [1], aborted: 2 }, {}],
  'requests that wait for ever': [
    { ok: [1], waiting: [900] },
    { waiting: [1_900, 20_000] },
    { unanswered: [2_900, 21_000], users: 2 },
  ],
  'nothing but what waits, without users': [{ waiting: [30_000] }, { waiting: [31_000] }, { unanswered: [32_000] }],
  'all well': [{ ok: [1, 2] }, { ok: [3] }, { ok: [4] }],
  'all bad': [{ failed: [900], exceptions: 3 }, { failed: [5_000] }, { failed: [1] }],
  'arrivals, most of them dropped': [
    { ok: [1], arrivals: { offered: 10, started: 5, dropped: 5 } },
    { arrivals: { offered: 0, started: 0, dropped: 0 } },
  ],
  'a metric without values': [{ metrics: [{ kind: 'rate', name: 'checks', trues: 0, count: 0 }] }],
  'generators that are too busy, or not there': [
    { ok: [1], health: [{ ...healthy, saturated: true }] },
    { ok: [1], health: [] },
  ],
  'seconds of no length, and long ones': [
    { ok: [1], durationMs: 0 },
    { ok: [1], durationMs: 4_000 },
  ],
}
const kinds = Object.keys(eventKinds) as EventKind[]
const events = kinds.map(
  (kind, index): RunEvent => ({
    atMs: index,
    kind,
    text: `it\nhappened:  ${kind}\r\n    at shop.ts:1:1\n`,
  }),
)

/** What every criterion must do, whatever it looks at. `make` makes those of one plan, afresh. */
export function criterionContract(name: string, make: () => Criterion[]): void {
  describe(`criterion contract: ${name}`, () => {
    for (const [title, seconds] of Object.entries(runs)) {
      test(`${title}: a finding is one line, with an outcome and finite numbers`, () => {
        for (const finding of play(make(), seconds).all()) {
          const { outcome, kind, text, label, measured, value, limit, atMs } = finding
          assert.ok(['passed', 'failed', 'broken'].includes(outcome), outcome)
          assert.match(kind, /^[a-z_]+$/)
          assert.match(text, /^\S.*\S$/)
          assert.equal(label === undefined, measured === undefined)
          assert.ok(label === undefined || text.startsWith(`${label}: ${measured}`), text)
          assert.ok(
            value === undefined || limit === undefined || label !== undefined,
            `${text} has numbers and no label`,
          )
          assert.doesNotMatch(text, /NaN|Infinity|undefined|\[object/)
          for (const number of [value, limit]) assert.ok(number === undefined || Number.isFinite(number), text)
          assert.ok(atMs === undefined || atMs >= 0, text)
        }
      })

      test(`${title}: findings are the same asked twice, asked on the way, and in whatever order`, () => {
        const { all, criteria } = play(make(), seconds)
        const findings = all()
        assert.deepEqual(all(), findings)
        const askedOften = play(make(), seconds, true)
        assert.deepEqual(askedOften.all(), findings)
        const backwards = play(make().reverse(), seconds)
        assert.deepEqual(backwards.criteria.map((criterion) => criterion.kind).reverse(), kindsOf(criteria))
        assert.deepEqual(backwards.each().reverse(), play(make(), seconds).each())
      })

      test(`${title}: what ends a run is a finding of it that did not pass, once`, () => {
        for (const criterion of make()) {
          const { ended, all } = play([criterion], seconds)
          assert.ok(ended.length <= 1)
          for (const finding of ended) {
            assert.notEqual(finding.outcome, 'passed')
            assert.ok(all().some(({ outcome, endedRun }) => outcome === finding.outcome && endedRun))
          }
        }
      })

      test(`${title}: nothing that is looked at is changed`, () => {
        const criteria = make()
        const run = new TestRun()
        for (const [second, given] of seconds.entries()) {
          const interval = intervalOf(second, given)
          const before = structuredClone(interval)
          run.add(interval, criteria)
          assert.deepEqual(interval, before)
        }
        const before = figuresOf(run)
        for (const criterion of criteria) criterion.conclude(run)
        assert.deepEqual(figuresOf(run), before)
      })
    }

    test('two of them do not share what they saw', () => {
      play(make(), runs['all bad'] as TestSecond[])
      const well = runs['all well'] as TestSecond[]
      assert.deepEqual(play(make(), well).all(), play(make(), well).all())
    })
  })
}

/** A whole run in front of these criteria. `asking`: for their findings after every second, too. */
function play(criteria: Criterion[], seconds: readonly TestSecond[], asking = false) {
  const run = new TestRun()
  const ended: Finding[] = []
  const each = () => criteria.map((criterion) => criterion.conclude(run))
  for (const [second, given] of seconds.entries()) {
    ended.push(...run.add(intervalOf(second, given), criteria))
    if (asking) each()
  }
  for (const event of events) for (const criterion of criteria) criterion.event?.(event)
  return { criteria, ended, each, all: () => each().flat() }
}

const kindsOf = (criteria: readonly Criterion[]) => criteria.map(({ kind }) => kind)

function figuresOf({ all, measured, measuredMs, elapsedMs }: TestRun) {
  const { ok, failed } = all.total
  const names = [all, measured].map((stats) => stats.requests().map(({ name, requests }) => [name, requests]))
  return [ok.toData(), failed.toData(), names, all.exceptions(), all.metrics(), measuredMs, elapsedMs].map((part) =>
    structuredClone(part),
  )
}
