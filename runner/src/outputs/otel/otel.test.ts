import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Aggregate } from '../../stats/aggregate.ts'
import { finishOf, intervalOf, startOf, tenSeconds } from '../run.fixture.ts'
import { OtelOutput } from './otel.ts'
import type { MetricExporter } from './otlp-exporter.ts'

/** A run of so many seconds, each with a push, by an exporter. */
async function told(exporter: MetricExporter, seconds: number): Promise<{ troubles: string[]; failures: string[] }> {
  const [troubles, failures]: [string[], string[]] = [[], []]
  const output = new OtelOutput(
    {
      open: async () => exporter,
      run: 'shop-1',
      everyMs: 1e-6,
      onTrouble: (text) => void troubles.push(text),
      onFailed: (text) => void failures.push(text),
      limits: { pushMs: 50, finishMs: 100 },
    },
    (text) => text,
    null,
  )
  output.start(startOf(new Aggregate()))
  for (let second = 0; second < seconds; second++) {
    output.interval(intervalOf(second))
    await new Promise((resolve) => setTimeout(resolve, 60))
  }
  await output.finish(finishOf(tenSeconds()))
  return { troubles, failures }
}

test('a collector that never answers: said once, and the end does not wait for it', async () => {
  const { troubles, failures } = await told({ export: () => new Promise(() => {}) }, 3)
  assert.deepEqual(troubles, ['cannot push metrics by OTLP: no answer within 50 ms'])
  assert.deepEqual(failures, ['cannot push the last metrics by OTLP: no answer within 100 ms'])
})

test('a collector that is away for a while: that it is, and that it is back', async () => {
  let pushes = 0
  const exporter = {
    export: async () => {
      pushes++
      if (pushes === 2 || pushes === 3) throw new Error('ECONNREFUSED')
    },
  }
  const { troubles, failures } = await told(exporter, 5)
  assert.deepEqual(troubles, ['cannot push metrics by OTLP: ECONNREFUSED', 'metrics are pushed by OTLP again'])
  assert.deepEqual(failures, [])
  assert.equal(pushes, 6)
})

test('the last push is the last: one that is under way is waited for', async () => {
  const order: string[] = []
  const exporter = {
    export: async (metrics: { descriptor: { name: string } }[]) => {
      const what = metrics.some(({ descriptor }) => descriptor.name === 'katydid.run.verdict') ? 'last' : 'before'
      order.push(`${what} begins`)
      if (what === 'before') await new Promise((resolve) => setTimeout(resolve, 40))
      order.push(`${what} ends`)
    },
  }
  const output = new OtelOutput(
    { open: async () => exporter, run: 'a', everyMs: 1e-6, onTrouble: assert.fail, onFailed: assert.fail },
    (text) => text,
    null,
  )
  output.start(startOf(new Aggregate()))
  await new Promise((resolve) => setTimeout(resolve, 5))
  output.interval(intervalOf(0))
  await output.finish(finishOf(tenSeconds()))
  assert.deepEqual(order, ['before begins', 'before ends', 'last begins', 'last ends'])
})
