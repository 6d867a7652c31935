import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { KatydidError } from '../errors.ts'
import type { OtelOptions } from '../outputs/otel/otel.ts'
import { type OtlpProtocol, otlpExporter } from '../outputs/otel/otlp-exporter.ts'
import { webUrl } from '../outputs/send.ts'
import { addEncodedRedaction } from '../secrets/redactions.ts'
import type { System } from '../system.ts'
import { version } from '../version.ts'
import type { ReportFlags } from './report-flags.ts'

const protocols: readonly string[] = ['http/protobuf', 'http/json'] satisfies OtlpProtocol[]
/** OpenTelemetry's own is a minute, in which a short run is over. */
const defaultEveryMs = 10_000
/** A shorter one is the name of a tenant. */
const leastSecretHeader = 12

/** `--otel`: pushes metrics of this run as OpenTelemetry's variables say. What is wrong in those is told before any load. */
export function telemetry(
  { env }: Pick<System, 'env'>,
  { otel }: Pick<ReportFlags, 'otel'>,
  run: string | undefined,
  told: Pick<OtelOptions, 'onTrouble' | 'onFailed'>,
): OtelOptions | undefined {
  if (!otel) return undefined
  const protocol = said(env, 'PROTOCOL') ?? { name: '', text: 'http/protobuf' }
  if (!protocols.includes(protocol.text))
    throw new KatydidError(
      'USAGE',
      `${protocol.name} is ${protocol.text}: katydid supports ${protocols.join(' and ')}`,
      {
        hint: 'use the port of the collector for OTLP over HTTP, by default 4318',
      },
    )
  const endpoint = said(env, 'ENDPOINT')
  if (endpoint && !webUrl(endpoint.text))
    throw new KatydidError('USAGE', `${endpoint.name} is not a URL of a collector`, {
      hint: 'write it like http://collector:4318',
    })
  const everyMs = Number(env.OTEL_METRIC_EXPORT_INTERVAL || defaultEveryMs)
  if (!(everyMs > 0))
    throw new KatydidError('USAGE', `OTEL_METRIC_EXPORT_INTERVAL is ${env.OTEL_METRIC_EXPORT_INTERVAL}`, {
      hint: 'use a number of milliseconds, for example 10000',
    })
  const temporality = env.OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE || 'cumulative'
  if (temporality.toLowerCase() !== 'cumulative')
    told.onTrouble(
      `katydid pushes cumulative metrics, not ${temporality}: the cumulativetodelta processor of a collector can convert them`,
    )
  for (const secret of secretHeaders(env)) addEncodedRedaction(secret)
  const about = {
    // the chart says some of its own, and OTEL_RESOURCE_ATTRIBUTES goes over both
    ...{ 'service.name': 'katydid', 'service.version': version(), 'service.instance.id': hostname() },
    ...Object.fromEntries(pairsOf(env.KATYDID_OTEL_ATTRIBUTES)),
  }
  return {
    open: () => otlpExporter(protocol.text as OtlpProtocol, about, told.onTrouble),
    run: run ?? randomUUID(),
    everyMs,
    ...told,
  }
}

/** Of `key=value,key=value`. What has no key is all value. */
function pairsOf(text = ''): [key: string, value: string][] {
  const pairs = text.split(',').filter((pair) => pair !== '')
  return pairs.map((pair) => [pair.slice(0, pair.indexOf('=')).trim(), pair.slice(pair.indexOf('=') + 1).trim()])
}

/** What is said of metrics goes over what is said of everything. */
function said(env: System['env'], what: string): { name: string; text: string } | undefined {
  for (const name of [`OTEL_EXPORTER_OTLP_METRICS_${what}`, `OTEL_EXPORTER_OTLP_${what}`]) {
    const text = env[name]?.trim()
    if (text) return { name, text }
  }
  return undefined
}

/** What somebody who reads it may send as well. */
function secretHeaders(env: System['env']): string[] {
  const texts = [env.OTEL_EXPORTER_OTLP_HEADERS, env.OTEL_EXPORTER_OTLP_METRICS_HEADERS]
  const values = texts.flatMap((text) => pairsOf(text).map(([, value]) => value))
  return values.filter(({ length }) => length >= leastSecretHeader)
}
