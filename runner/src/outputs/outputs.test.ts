import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { KatydidError } from '../errors.ts'
import { Sink } from './console/terminal.fixture.ts'
import { outputContract } from './output.contract.ts'
import { createOutputs, type OutputOptions, type outputFactories } from './outputs.ts'
import { MetricsPage } from './prometheus/metrics-page.ts'
import { finishOf, intervalOf, startOf, tenSeconds } from './run.fixture.ts'

const secret = 'hush-"0<1>&2 34\\é 56789'

let pushed: unknown
/** What asks for each output and no other; one that is missing here fails to compile. */
const asking: Record<keyof typeof outputFactories, OutputOptions> = {
  console: {},
  json: { quiet: true, json: 'out/result.json' },
  csv: { quiet: true, csv: 'out/load', csvFullHistory: true },
  junit: { quiet: true, junit: 'out/junit.xml' },
  html: { quiet: true, html: 'out/report.html' },
  checkpoint: { quiet: true, checkpoint: { path: 'out/checkpoint.json', token: 'shop-1', everyMs: 1_000 } },
  prometheus: { quiet: true, metricsPage: new MetricsPage() },
  otel: {
    quiet: true,
    otel: {
      open: async () => ({ export: async (metrics) => void (pushed = metrics) }),
      run: 'shop-1',
      everyMs: 1,
      onTrouble: assert.fail,
      onFailed: assert.fail,
    },
  },
}
const status = { run: 'shop-1', state: 'running', exitCode: undefined } as const

for (const [name, options] of Object.entries(asking))
  outputContract(name, secret, () => {
    const folder = mkdtempSync(join(tmpdir(), 'output-'))
    const stdout = new Sink()
    const streams = { stdout, stderr: new Sink(), cwd: () => folder }
    const [output, ...others] = createOutputs({ ...options, redact: [secret] }, streams)
    assert.ok(output && others.length === 0)
    const files = () => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    return {
      output,
      said: async () =>
        ((await options.metricsPage?.text(status)) ?? '') +
        (options.otel ? JSON.stringify(pushed, null, 1) : '') +
        stdout.text +
        files()
          .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'))
          .join(''),
      dispose: () => rmSync(folder, { recursive: true }),
    }
  })

/** Words of ours that nothing from outside has in it in these runs. */
const ownWords = [
  ...[
    'katydid',
    'passed',
    'name',
    'method',
    'requests',
    'Request Count',
    'Failures/s',
    'Aggregated',
    'users',
    'User Count',
  ],
  ...[
    'Timestamp',
    'Traceback',
    'Nodes',
    'Occurrences',
    'verdict',
    'outcome',
    'findings',
    'threshold',
    'stopped',
    'constant',
  ],
  ...[
    'running',
    'metrics',
    'counter',
    'durationMs',
    'exitCode',
    'startedAt',
    'generator',
    'memory',
    'events',
    'summary',
  ],
  ...[
    'katydid_requests_total',
    'worker_lost',
    'state',
    'help',
    'gauge',
    'seconds',
    'testsuite',
    'classname',
    'failure',
  ],
  ...['2026-11-23', 'savedAt', 'table', 'script', 'body', 'style', 'latency'],
]
for (const [name, options] of Object.entries(asking))
  test(`${name}: our own words stay where a secret is one`, async () => {
    const tell = async (redact: string[]) => {
      const folder = mkdtempSync(join(tmpdir(), 'output-'))
      const stdout = new Sink()
      const [output] = createOutputs({ ...options, redact }, { stdout, stderr: new Sink(), cwd: () => folder })
      const stats = tenSeconds()
      await output?.start?.(startOf(stats))
      for (let second = 0; second < 10; second++) await output?.interval?.(intervalOf(second))
      await output?.event?.({ atMs: 500, kind: 'worker_lost', text: 'w1' })
      await output?.finish?.(finishOf(stats, { events: [{ atMs: 500, kind: 'worker_lost', text: 'w1' }] }))
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
      const texts = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'))
      rmSync(folder, { recursive: true })
      const said = [...texts, (await options.metricsPage?.text(status)) ?? '', JSON.stringify(pushed), stdout.text]
      return said.join('\n').replaceAll(/"savedAt":"[^"]*"|"endTime":\[[^\]]*\]/g, '')
    }
    const open = await tell([])
    const hidden = await tell(ownWords)
    assert.equal(hidden, open)
  })

test('only what was asked for; quiet is nothing at all', () => {
  const streams = { stdout: new Sink(), stderr: new Sink() }
  assert.deepEqual(
    createOutputs({}, streams).map(({ name }) => name),
    ['console'],
  )
  assert.deepEqual(createOutputs({ quiet: true }, streams), [])
})

test('two outputs in one file are refused, however it is written', () => {
  const streams = { stdout: new Sink(), stderr: new Sink() }
  for (const options of [
    { json: 'a/x', html: 'a/b/../x' },
    { junit: 'x', checkpoint: { path: './x', token: 't', everyMs: 1_000 } },
    { json: 'x_stats.csv', csv: 'x' },
  ])
    assert.throws(
      () => createOutputs(options, streams),
      (error) => error instanceof KatydidError && /write to the same file/.test(error.message),
    )
})

test('two outputs in one file are refused, also by way of links', () => {
  const folder = mkdtempSync(join(tmpdir(), 'output-'))
  try {
    mkdirSync(join(folder, 'real'))
    symlinkSync('real', join(folder, 'link'))
    symlinkSync(join('real', 'r.json'), join(folder, 'junit.xml'))
    const streams = { stdout: new Sink(), stderr: new Sink(), cwd: () => folder }
    for (const options of [
      { json: 'real/r.json', junit: 'link/r.json' },
      { json: 'real/r.json', junit: 'junit.xml' },
      { html: 'link/load_stats.csv', csv: 'real/load' },
    ])
      assert.throws(
        () => createOutputs(options, streams),
        (error) => error instanceof KatydidError && /write to the same file/.test(error.message),
      )
    assert.equal(createOutputs({ quiet: true, json: 'real/r.json', junit: 'link/j.xml' }, streams).length, 2)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a file that cannot be written is told before any load', () => {
  const streams = { stdout: new Sink(), stderr: new Sink() }
  for (const flag of ['json', 'csv', 'junit', 'html'])
    assert.throws(
      () => createOutputs({ [flag]: '/proc/nowhere/a' }, streams),
      (error) => error instanceof KatydidError && /^cannot write \/proc\/nowhere\/a.*\(--/.test(error.message),
    )
})
