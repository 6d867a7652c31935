import assert from 'node:assert/strict'
import type { RunOutcome } from './run-katydid.ts'
import { hasStoodStill, StoodStill } from './steady.ts'
import type { Target } from './target/target.ts'

/**
 * The end of every system test: what the target counted = what the report says. In a run where the target may have been cut off
 * before or after it counted, pass the most that may be between the two.
 */
export async function assertTruth(run: RunOutcome, target: Target, slack = 0): Promise<void> {
  const seen = await target.settled()
  const { totals, requests } = run.result
  const said = totals.requests + totals.aborted + totals.hops
  const story = `the target saw ${seen.total}, the report says ${totals.requests} requests + ${totals.aborted} aborted + ${totals.hops} hops\n${run.stdout}\n${run.stderr}`
  // of a request that was sent again, the target may have seen the first try or not
  const most = said + (totals.retries ?? 0)
  assert.ok(seen.total <= most && seen.total >= said - slack, story)
  const sum = (pick: 'requests' | 'failures' | 'aborted' | 'hops' | 'bytes') =>
    requests.reduce((total, request) => total + request[pick], 0)
  for (const what of ['requests', 'failures', 'aborted', 'hops', 'bytes'] as const)
    assert.equal(totals[what], sum(what), `totals.${what} is the sum of its rows`)
  const occurrences = run.result.errors.reduce((total, error) => total + error.occurrences, 0)
  assert.equal(occurrences, totals.failures, 'each failure has its error')
}

/** Exit code, with everything the command said when it is another. */
export function assertExit(run: RunOutcome, exitCode: number): void {
  const verdict = run.hasResult ? JSON.stringify(run.result.verdict, null, 1) : ''
  const story = `exit ${run.exitCode ?? run.signal}\n${run.stdout}\n--- stderr\n${run.stderr}\n${verdict}`
  if (exitCode === 0 && run.exitCode === 2 && hasStoodStill(run)) throw new StoodStill(story)
  assert.equal(run.exitCode, exitCode, story)
}

/** A row of the report. */
export function row(run: RunOutcome, method: string, name: string) {
  const found = run.result.requests.find((request) => request.method === method && request.name === name)
  assert.ok(found, `no ${method} ${name} among ${run.result.requests.map((r) => `${r.method} ${r.name}`).join(', ')}`)
  return found
}
