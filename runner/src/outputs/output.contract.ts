import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodings, givesAway } from '../secrets/secret-encodings.fixture.ts'
import { Aggregate } from '../stats/aggregate.ts'
import type { Recorder } from '../stats/recorder.ts'
import type { Output } from './output.ts'
import { finishOf, intervalOf, secondOfLoad, startOf, tenSeconds, troubledRun } from './run.fixture.ts'

/** An output in a place of its own, and everything it has said there so far: on stdout, in files, over HTTP. */
export interface OutputUnderTest {
  output: Output
  said(): string | Promise<string>
  dispose(): void
}

/** What every output owes whoever runs it. `secret` is what it was told not to show. */
export function outputContract(name: string, secret: string, make: () => OutputUnderTest): void {
  const with_ = (title: string, check: (subject: OutputUnderTest) => Promise<void>) =>
    test(`${name}: ${title}`, async () => {
      const subject = make()
      try {
        await check(subject)
      } finally {
        subject.dispose()
      }
    })

  with_('is called by its name', async ({ output }) => assert.equal(output.name, name))

  with_('tells of a whole run, with nothing that is no number', async ({ output, said }) => {
    const stats = new Aggregate()
    await output.start?.(startOf(stats))
    for (let second = 0; second < 10; second++) {
      const interval = intervalOf(second)
      stats.merge(interval.stats)
      await output.interval?.(interval)
    }
    await output.event?.({ atMs: 500, kind: 'worker_lost', text: 'w1 was lost' })
    await output.finish?.(finishOf(stats))
    const text = await said()
    assert.match(text, /1,?001|\b800\n[\s\S]*\b201\n/, 'the number of requests, of all or by name')
    assert.doesNotMatch(text, /NaN|Infinity|undefined|\[object/)
  })

  with_('takes an end without a beginning: the run broke before it', async ({ output, said }) => {
    const broken = { outcome: 'broken' as const, exitCode: 2, findings: [] }
    await output.event?.({ atMs: 0, kind: 'hook_failed', text: 'setup failed' })
    await output.finish?.(finishOf(new Aggregate(), { verdict: broken, durationMs: 0, workers: [] }))
    const text = await said()
    assert.notEqual(text, '')
    assert.doesNotMatch(text, /NaN|Infinity|undefined/)
  })

  with_('takes everything a run can have in it', async ({ output }) => {
    await output.start?.(startOf(new Aggregate(), { durationMs: undefined, userClasses: [] }))
    await output.interval?.(
      intervalOf(0, { arrivals: { offered: 9, started: 8, dropped: 1 }, health: {}, users: {}, userCount: 0 }),
    )
    await output.finish?.(troubledRun())
  })

  with_('does not change what it looks at', async ({ output }) => {
    const [interval, run] = [intervalOf(1), finishOf(tenSeconds())]
    const before = structuredClone(interval)
    await output.start?.(startOf(run.stats))
    await output.interval?.(interval)
    await output.finish?.(run)
    assert.deepEqual(interval, before)
    assert.equal(run.stats.total.requests, 1_001)
    assert.equal(run.events.length, 1)
  })

  with_('shows no secret, however what it is told has written it', async ({ output, said }) => {
    for (const [how, encode] of Object.entries(encodings)) {
      const written = `for (${encode(secret)})`
      const telling = (recorder: Recorder) => {
        recorder.request('GET', `/${written}`).failure(1, Number.NaN, 0, written)
        recorder.exception(written, `at ${written} (shop.ts:1:1)`)
        recorder.trend(written, 1)
      }
      const stats = tenSeconds(telling)
      await output.start?.(startOf(stats))
      await output.interval?.(intervalOf(0, { stats: secondOfLoad(0, telling) }))
      await output.event?.({ atMs: 0, kind: 'warning', text: written })
      const findings = [{ outcome: 'broken' as const, kind: 'hook_failed' as const, text: written }]
      const verdict = { outcome: 'broken' as const, exitCode: 2, findings }
      const events = [{ atMs: 0, kind: 'warning' as const, text: written }]
      await output.finish?.(finishOf(stats, { verdict, events }))
      const text = await said()
      assert.ok(!givesAway(text, secret), `${how}: ${written} in ${text}`)
    }
  })

  with_('shows no secret', async ({ output, said }) => {
    const telling = (recorder: Recorder) => {
      recorder.request('GET', `/${secret}`).failure(1, Number.NaN, 0, `refused ${secret}`)
      recorder.exception(`bad ${secret}`, `at ${secret} (shop.ts:1:1)`)
      recorder.counter(`of ${secret}`, 1)
    }
    const stats = tenSeconds(telling)
    await output.start?.(startOf(stats))
    await output.interval?.(intervalOf(0, { stats: secondOfLoad(0, telling) }))
    await output.event?.({ atMs: 0, kind: 'hook_failed', text: `no ${secret}` })
    const findings = [{ outcome: 'failed' as const, kind: 'threshold' as const, text: `${secret}: p95 < 1ms` }]
    const verdict = { outcome: 'failed' as const, exitCode: 1, findings }
    await output.finish?.(finishOf(stats, { verdict, events: [{ atMs: 0, kind: 'warning', text: secret }] }))
    const text = await said()
    assert.ok(text.includes('[redacted]'), 'it says that something is missing')
    assert.ok(!text.includes(secret), text)
  })
}
