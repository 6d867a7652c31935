import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { assertExit, assertTruth } from './assert-truth.ts'
import { Cluster } from './cluster.ts'
import { fromProtobuf, hasProtobuf, metricsOf, type OtlpMessage } from './otlp-messages.ts'
import { reader as files, startReceiver } from './receiver.ts'
import { type RunOutcome, runKatydid } from './run-katydid.ts'
import { steady } from './steady.ts'
import { startTarget } from './target/target.ts'

const load = (target: string) => ['shop.ts', '-H', target, '-u', '3', '-r', '30', '-t', '2s']
const secret = 'Bearer hush-0123456789'
const variables = (url: string, more: Record<string, string> = {}) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_HEADERS: `authorization=${encodeURIComponent(secret)}`,
  OTEL_METRIC_EXPORT_INTERVAL: '500',
  ...more,
})
const often = Array.from({ length: 100 }, () => 200)

/** What the last message says is what the report says. */
function assertTells(message: OtlpMessage, { result }: RunOutcome): void {
  const metrics = metricsOf(message)
  const requests = metrics.get('katydid.requests')?.sum
  assert.equal(requests?.isMonotonic, true)
  const [point] = requests?.dataPoints ?? []
  assert.deepEqual(
    point?.attributes?.map(({ key, value }) => [key, value.stringValue]),
    [
      ['method', 'GET'],
      ['name', '/json'],
    ],
  )
  assert.equal(point?.asDouble, result.totals.requests)
  // whole milliseconds are all that a Date has
  assert.ok(Math.abs(Number(point?.startTimeUnixNano) / 1e6 - Date.parse(result.startedAt)) < 2)
  assert.ok(Number(point?.timeUnixNano) > Number(point?.startTimeUnixNano))
  const duration = metrics.get('katydid.request.duration')
  assert.equal(duration?.unit, 's')
  const [histogram] = duration?.histogram?.dataPoints ?? []
  assert.equal(Number(histogram?.count), result.totals.requests)
  const counts = histogram?.bucketCounts.map(Number) ?? []
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    result.totals.requests,
  )
  assert.equal(counts.length, (histogram?.explicitBounds.length ?? 0) + 1)
  assert.equal(histogram?.explicitBounds[0], 0.0005)
  const mean = (histogram?.sum ?? 0) / result.totals.requests
  assert.ok(Math.abs(mean * 1_000 - (result.requests[0]?.latencyMs.mean ?? 0)) < 0.01, `${mean} s`)
  assert.deepEqual(
    metrics.get('katydid.run.verdict')?.gauge?.dataPoints.map(({ asDouble }) => asDouble),
    [result.verdict.exitCode],
  )
  // 0 is what protobuf leaves out
  assert.equal(metrics.get('katydid.users')?.gauge?.dataPoints[0]?.asDouble ?? 0, 0)
}

describe('--otel', { concurrency: 2 }, () => {
  for (const protocol of ['http/json', 'http/protobuf'] as const)
    test(`by ${protocol}: what the collector was told last is what the report says`, {
      skip:
        protocol === 'http/protobuf' && !hasProtobuf && 'opentelemetry-proto is not installed: nothing reads protobuf',
    }, async () => {
      await using target = await startTarget()
      using collector = await startReceiver('', often)
      const env = variables(collector.url, {
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=tests',
        KATYDID_OTEL_ATTRIBUTES: 'service.namespace=shops,service.instance.id=shop',
      })
      const outcome = await runKatydid(['run', ...load(target.url), '--otel'], { files, env })
      assertExit(outcome, 0)
      await assertTruth(outcome, target)
      assert.ok(collector.received.length >= 2, 'while the run goes on, too')
      for (const { method, path, headers } of collector.received) {
        assert.deepEqual([method, path, headers.authorization], ['POST', '/v1/metrics', secret])
        assert.equal(headers['content-type'], protocol === 'http/json' ? 'application/json' : 'application/x-protobuf')
      }
      const { body } = collector.received.at(-1) ?? { body: Buffer.from('') }
      const message = protocol === 'http/json' ? (JSON.parse(body.toString()) as OtlpMessage) : fromProtobuf(body)
      assertTells(message, outcome)
      const attributes = message.resourceMetrics[0]?.resource.attributes.map(({ key, value }) => [
        key,
        value.stringValue,
      ])
      const {
        'service.name': service,
        'service.namespace': namespace,
        'service.instance.id': instance,
        'deployment.environment': environment,
      } = Object.fromEntries(attributes ?? [])
      assert.deepEqual([service, namespace, instance, environment], ['katydid', 'shops', 'shop', 'tests'])
      assert.ok(!`${outcome.stdout}${outcome.stderr}`.includes('hush'))
    })

  test(
    'of a master with workers: of all of them',
    steady(async () => {
      await using target = await startTarget()
      using collector = await startReceiver('', often)
      using cluster = new Cluster()
      const env = variables(collector.url, { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' })
      const args = ['shop.ts', '-H', target.url, '-u', '4', '-r', '40', '-t', '2s', '--expect-workers', '2', '--otel']
      const master = await cluster.master(args, { files, env })
      for (const worker of [cluster.worker(master.port), cluster.worker(master.port)]) void worker.done
      const outcome = await master.done
      assertExit(outcome, 0)
      await assertTruth(outcome, target)
      assertTells(JSON.parse(collector.received.at(-1)?.body.toString() ?? '') as OtlpMessage, outcome)
    }),
  )

  test('a collector that does not take it: the run is what it is, and says that this is missing', async () => {
    await using target = await startTarget()
    using collector = await startReceiver('', [400, 400, 400, 400, 400, 400, 400])
    const outcome = await runKatydid(['run', ...load(target.url), '--otel'], { files, env: variables(collector.url) })
    assertExit(outcome, 0)
    await assertTruth(outcome, target)
    assert.match(outcome.stderr, / cannot push metrics by OTLP: Bad Request/)
    assert.match(outcome.stderr, /cannot push the last metrics by OTLP: Bad Request/)
  })

  test('its headers are in no log: not in that of a hook that throws them, nor of a variable that cannot be read', async () => {
    using collector = await startReceiver('', often)
    const env = variables(collector.url, { OTEL_EXPORTER_OTLP_CERTIFICATE: '/nowhere/ca.pem' })
    const throwing = {
      'shop.ts': `${files['shop.ts']}export function setup() { throw new Error('sent Bearer hush-0123456789') }`,
    }
    const outcome = await runKatydid(['run', ...load('http://127.0.0.1:9'), '--otel'], { files: throwing, env })
    assertExit(outcome, 2)
    assert.match(outcome.stderr, /setup failed/)
    assert.match(outcome.stderr, /OpenTelemetry: Failed to read root certificate file/)
    assert.ok(!`${outcome.stdout}${outcome.stderr}`.includes('hush'))
  })

  const mistakes: [env: Record<string, string>, said: RegExp][] = [
    [
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      /OTEL_EXPORTER_OTLP_PROTOCOL is grpc: katydid supports http\/protobuf and http\/json/,
    ],
    [
      { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'collector:4318' },
      /OTEL_EXPORTER_OTLP_METRICS_ENDPOINT is not a URL of a collector/,
    ],
    [{ OTEL_METRIC_EXPORT_INTERVAL: '10s' }, /OTEL_METRIC_EXPORT_INTERVAL is 10s\n.*milliseconds/],
  ]
  for (const [env, said] of mistakes)
    test(`${Object.keys(env)} that is wrong is told before any load`, async () => {
      const outcome = await runKatydid(['run', ...load('http://127.0.0.1:9'), '--otel'], { files, env })
      assert.equal(outcome.exitCode, 2)
      assert.match(outcome.stderr, said)
      assert.doesNotMatch(outcome.stderr, /^\s+at /m)
    })
})
