import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Fakes } from './fakes.ts'

const latencyMs = { p50: 1.234, p95: 12.34, p99: 1234.5 }
const request = (name: string) => ({ method: 'GET', name, requests: 10, failures: 1, latencyMs })
const result = (outcome: string, more: object = {}) =>
  JSON.stringify(
    {
      katydid: '1.0.0',
      verdict: {
        outcome,
        exitCode: 1,
        findings: [
          { outcome: 'passed', kind: 'threshold', text: 'p95 < 5s', value: 12.3, limit: 5000 },
          { outcome: 'failed', kind: 'threshold', text: 'fail_ratio < 1 %', value: 0.1, limit: 0.01 },
          { outcome: 'broken', kind: 'workers', text: '1 of 2 workers came' },
        ],
      },
      durationMs: 30_200,
      totals: { ...request(''), requests: 20, failures: 2, rps: 0.66 },
      requests: [request('/b'), request('/a|b\n<img src=x> `c` [d](http://e)')],
      users: { peak: 6, byClass: {} },
      ...more,
    },
    null,
    2,
  )
const summary = async (files: Record<string, string>, exit?: string, env: Record<string, string> = {}) => {
  const fakes = new Fakes({}, { GITHUB_OUTPUT: 'outputs', GITHUB_STEP_SUMMARY: 'summary', ...env })
  for (const [name, text] of Object.entries(files)) fakes.write(name, text)
  const { exitCode, stderr } = await fakes.run('ci-summary', 'results', ...(exit === undefined ? [] : [exit]))
  assert.equal(exitCode, 0, stderr)
  return { page: fakes.read('summary'), outcome: fakes.output('outcome') }
}

describe('ci-summary', { concurrency: 4 }, () => {
  test('verdict, findings (the worst first), requests, and what it said last', async () => {
    const files = { 'results/result.json': result('failed'), 'results/verdict.txt': 'FAILED — 20 requests\n</pre>' }
    const { page, outcome } = await summary(files, '1')
    assert.equal(outcome, 'failed')
    const lines = page.split('\n')
    assert.equal(lines[0], '### Load test: failed')
    assert.match(
      page,
      /^\*\*FAILED — 20 requests\*\*, 10 % failed, 0\.66 a second, p95 12\.3 ms, 30\.2 s, at most 6 users$/m,
    )
    const found = lines.filter((line) => /^\| (broken|failed|passed) \|/.test(line))
    assert.deepEqual(found, [
      '| broken | 1 of 2 workers came |  |  |',
      '| failed | fail\\_ratio \\< 1 \\% | 0.1 | 0.01 |',
      '| passed | p95 \\< 5s | 12.3 | 5000 |',
    ])
    assert.ok(lines.includes('| GET \\/b | 10 | 1 | 1.2 | 12.3 | 1235 |'), page)
    assert.match(page, /<details>.*FAILED — 20 requests\n&lt;\/pre>\n<\/pre>\n<\/details>/s)
  })

  test('a name is text in a cell, whatever is in it', async () => {
    const { page } = await summary({ 'results/result.json': result('failed') }, '1')
    assert.ok(page.includes('| GET \\/a\\|b \\<img src\\=x\\> \\`c\\` \\[d\\]\\(http\\:\\/\\/e\\) | 10 |'), page)
  })

  test('of hundreds of requests fifty', async () => {
    const requests = Array.from({ length: 120 }, (_, i) => request(`/page/${i}`))
    const { page } = await summary({ 'results/result.json': result('passed', { requests }) }, '0')
    assert.equal(page.match(/^\| GET /gm)?.length, 50)
    assert.match(page, /… and 70 more requests: see result\.json\./)
  })

  test('no result: broken, and what the master said last', async () => {
    const { page, outcome } = await summary({ 'results/logs/shop-master-1.log': 'the load file is not there\n' }, '2')
    assert.equal(outcome, 'broken')
    assert.match(page, /### Load test: broken\n.*the load file is not there/s)
  })

  for (const [what, files] of [
    ['no folder at all', {}],
    ['no logs', { 'results/load.bundle': '' }],
    ['no log of a master', { 'results/logs/other.log': '' }],
  ] as [string, Record<string, string>][])
    test(`${what}: broken, and nothing is known`, async () => {
      const { page, outcome } = await summary(files)
      assert.equal(outcome, 'broken')
      assert.match(page, /### Load test: broken\n\nThere is no result\. See the log of the job\./)
    })

  test('a result that cannot be read does not take the page with it', async () => {
    const { page } = await summary({ 'results/result.json': '{ "outcome": "failed", ' }, '1')
    assert.match(page, /### Load test: failed\n\nresult\.json cannot be read\./)
  })

  test('result and step that do not agree: both are said, the step counts', async () => {
    const ended = await summary({ 'results/result.json': result('passed') }, '2')
    assert.equal(ended.outcome, 'broken')
    assert.match(ended.page, /The result says \*\*passed\*\*, but the step ended with 2: that is \*\*broken\*\*/)
    const cancelled = await summary({ 'results/result.json': result('passed') }, '')
    assert.equal(cancelled.outcome, 'broken')
    assert.match(cancelled.page, /but the step ended with no exit status \(cancelled\?\)/)
    assert.equal((await summary({ 'results/result.json': result('failed') }, undefined)).outcome, 'failed', 'by hand')
    assert.doesNotMatch((await summary({ 'results/result.json': result('passed') }, '0')).page, /The result says/)
  })

  test('started: no outcome yet, and how to come by it', async () => {
    const { page, outcome } = await summary({}, '0', { MODE: 'start', RUN: 'load-6-1' })
    assert.equal(outcome, '')
    assert.match(page, /### Load test: started\n\n.*`follow` with run `load-6-1`/)
    assert.equal((await summary({}, '2', { MODE: 'start', RUN: 'load-6-1' })).outcome, 'broken')
  })

  test('followed in vain: running', async () => {
    const { page, outcome } = await summary({}, '2', { MODE: 'follow', RUN: 'load-6-1', STATE: 'running' })
    assert.equal(outcome, 'running')
    assert.match(page, /### Load test: no verdict yet\n\nThe run `load-6-1` goes on/)
  })
})
