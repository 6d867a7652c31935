import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ToldJob, VerdictJobs } from './verdict-jobs.ts'

const at = '2026-11-28T04:00:00.000Z'
const now = () => new Date(at)

test('a verdict belongs to the first Job that asks after the end, however often it asks', async () => {
  const jobs = new VerdictJobs()
  const kept: ToldJob[] = []
  jobs.keepWith(async (told) => void kept.push(told))
  for (let times = 0; times < 3; times++) assert.equal(await jobs.tell('a', now), undefined)
  assert.deepEqual(await jobs.tell('b'), { job: 'a', at })
  assert.deepEqual(kept, [{ job: 'a', at }], 'it is written down once')
})

test('it belongs to whoever has waited for it, too', async () => {
  const jobs = new VerdictJobs()
  for (const job of ['a', 'b']) jobs.waits(job)
  for (const job of ['b', 'a', 'b']) assert.equal(await jobs.tell(job, now), undefined)
  assert.deepEqual(await jobs.tell('c'), { job: 'b', at })
})

test('of two that ask at once one is the first', async () => {
  const jobs = new VerdictJobs()
  jobs.keepWith(() => new Promise((resolve) => setImmediate(resolve)))
  assert.deepEqual(await Promise.all([jobs.tell('a', now), jobs.tell('b', now)]), [undefined, { job: 'a', at }])
})

test('what an earlier process has told counts, and who has asked before that was known has not waited for the run', async () => {
  const jobs = new VerdictJobs()
  jobs.waits('b')
  jobs.restore({ job: 'a', at })
  assert.equal(await jobs.tell('a'), undefined)
  assert.deepEqual(await jobs.tell('b'), { job: 'a', at })
})

test('whoever asks in the name of ever more Jobs does not make it remember them all', async () => {
  const jobs = new VerdictJobs()
  for (let i = 0; i < 10_000; i++) jobs.waits(`job-${i}`)
  await jobs.tell('first', now)
  assert.equal(await jobs.tell('job-0'), undefined)
  assert.deepEqual(await jobs.tell('job-9999'), { job: 'first', at })
})
