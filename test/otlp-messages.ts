import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'

/** What an ExportMetricsServiceRequest says, as OTLP's JSON has it. */
export interface OtlpMessage {
  resourceMetrics: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] }
    scopeMetrics: { scope: { name: string }; metrics: OtlpMetric[] }[]
  }[]
}

export interface OtlpMetric {
  name: string
  unit?: string
  sum?: { isMonotonic: boolean; dataPoints: OtlpPoint[] }
  gauge?: { dataPoints: OtlpPoint[] }
  histogram?: {
    dataPoints: (OtlpPoint & { count: string; sum: number; bucketCounts: string[]; explicitBounds: number[] })[]
  }
}

interface OtlpPoint {
  attributes?: { key: string; value: { stringValue?: string } }[]
  asDouble?: number
  startTimeUnixNano: string
  timeUnixNano: string
}

/** OpenTelemetry's own classes, made of its .proto files for Python: whoever reads protobuf reads it as they do. */
const reader = `
import sys
from google.protobuf.json_format import MessageToJson
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
message = ExportMetricsServiceRequest()
message.ParseFromString(sys.stdin.buffer.read())
print(MessageToJson(message))
`

export const hasProtobuf = spawnSync('python3', ['-c', 'import opentelemetry.proto.collector.metrics.v1']).status === 0

export function fromProtobuf(body: Buffer): OtlpMessage {
  const { stdout, stderr, status } = spawnSync('python3', ['-c', reader], { input: body, encoding: 'utf8' })
  if (status !== 0) throw new Error(`not what OpenTelemetry reads: ${stderr}`)
  return JSON.parse(stdout) as OtlpMessage
}

/** By their names. */
export function metricsOf({ resourceMetrics }: OtlpMessage): Map<string, OtlpMetric> {
  const all = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
  assert.equal(new Set(all.map(({ name }) => name)).size, all.length, 'each once')
  return new Map(all.map((metric) => [metric.name, metric]))
}
