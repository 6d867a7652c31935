import type { MetricData } from '@opentelemetry/sdk-metrics'

/** Sends what there is of metrics now. Rejects where it could not be delivered, also not by trying again. */
export interface MetricExporter {
  export(metrics: MetricData[]): Promise<void>
}

export type OtlpProtocol = 'http/protobuf' | 'http/json'

/**
 * By OTLP over HTTP. Where to, with which headers and certificates, compressed or not, and how long that may take is in the variables
 * OTEL_EXPORTER_OTLP_*. `onComplaint` is told once of each thing that OpenTelemetry's code gets over.
 */
export async function otlpExporter(
  protocol: OtlpProtocol,
  attributes: Readonly<Record<string, string>>,
  onComplaint: (text: string) => void,
): Promise<MetricExporter> {
  const [
    { OTLPMetricExporter },
    { defaultResource, detectResources, envDetector, resourceFromAttributes },
    { diag, DiagLogLevel },
  ] = await Promise.all([
    protocol === 'http/json'
      ? import('@opentelemetry/exporter-metrics-otlp-http')
      : import('@opentelemetry/exporter-metrics-otlp-proto'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/api'),
    import('./otlp-metrics.ts'),
  ])
  const told = new Set<string>()
  const complain = (...words: unknown[]) => {
    const text = words.map((word) => (typeof word === 'string' ? word : JSON.stringify(word))).join(' ')
    if (!told.has(text)) onComplaint(`OpenTelemetry: ${text}`)
    told.add(text)
  }
  const ignore = () => {}
  // a variable that it cannot read, a collector that took a part: it goes on, and says so only here
  diag.setLogger({ error: complain, warn: complain, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN)
  const exporter = new OTLPMetricExporter()
  // what the environment says of the resource goes over what is said here
  const resource = defaultResource()
    .merge(resourceFromAttributes(attributes))
    .merge(detectResources({ detectors: [envDetector] }))
  const scope = { name: 'katydid', version: attributes['service.version'] ?? '' }
  return {
    export: (metrics) =>
      new Promise((resolve, reject) => {
        exporter.export({ resource, scopeMetrics: [{ scope, metrics }] }, ({ error }) =>
          error ? reject(error) : resolve(),
        )
      }),
  }
}
