import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Aggregate } from '../../stats/aggregate.ts'
import { finding, finishOf, judged, planOf } from '../run.fixture.ts'
import { junitOf } from './junit.fixture.ts'

test('no text can break the XML', () => {
  const told = (text: string) => {
    const findings = [finding('failed', text, 'hook')]
    const xml = junitOf(finishOf(new Aggregate(), { verdict: { outcome: 'failed', exitCode: 1, findings } }), null)
    const [, attribute, element] = /<failure message="([^"]*)" type="hook">([^<]*)<\/failure>/.exec(xml) ?? []
    assert.equal(attribute, element)
    return element
  }
  assert.equal(told(`<a b="c" d='e'>&\n\t`), '&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;&#10;&#9;')
  assert.equal(told('\u0000\u001b\uD800\uFFFF 🦗'), '\uFFFD\uFFFD\uFFFD\uFFFD 🦗')
})

test('a case for each threshold; what else holds is none, what else is wrong is one', () => {
  const findings = [
    judged('passed', 'p95 < 300ms', '13 ms'),
    judged('failed', 'GET /products: p99 < 1s', '1.2 s'),
    judged('passed', 'exceptions = 0 (default)', '0'),
    finding('passed', 'all workers stayed', 'workers'),
    finding('broken', 'generator saturated in 20 % of intervals', 'generator'),
  ]
  const run = finishOf(new Aggregate(), { verdict: { outcome: 'broken', exitCode: 2, findings } })
  const xml = junitOf(run, planOf())
  assert.deepEqual(
    [...xml.matchAll(/<testcase classname="([^"]*)" name="([^"]*)"/g)].map(([, group, name]) => [group, name]),
    [
      ['shop.ts.threshold', 'p95 &lt; 300ms'],
      ['shop.ts.threshold', 'GET /products: p99 &lt; 1s'],
      ['shop.ts.threshold', 'exceptions = 0 (default)'],
      ['shop.ts.generator', 'generator'],
    ],
  )
  assert.match(xml, /tests="4" failures="1" errors="1"/)
  assert.match(xml, /<failure message="GET \/products: p99 &lt; 1s: 1\.2 s"/)
  assert.match(xml, /<error message="generator saturated/)
})

test('a run without a plan has a report too', () => {
  const run = finishOf(new Aggregate(), {
    verdict: { outcome: 'broken', exitCode: 2, findings: [finding('broken', 'setup failed', 'hook')] },
  })
  assert.match(junitOf(run, null), /<testsuite name="katydid" tests="1"/)
})
