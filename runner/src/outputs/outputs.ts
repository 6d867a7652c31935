import { resolve } from 'node:path'
import { KatydidError, messageOf } from '../errors.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import { createRedact, type Redact } from '../redact.ts'
import { CheckpointOutput } from './checkpoint/checkpoint.ts'
import { ConsoleOutput } from './console/console.ts'
import type { OutputStreams } from './console/text-stream.ts'
import { CsvOutput, prepareCsvFiles } from './csv/csv.ts'
import { type AskedFiles, askedFiles } from './file-outputs.ts'
import { HtmlOutput } from './html/html.ts'
import { JsonOutput } from './json/json.ts'
import { JunitOutput } from './junit/junit.ts'
import { type OtelOptions, OtelOutput } from './otel/otel.ts'
import type { Output } from './output.ts'
import { followLinks, prepareFile } from './output-files.ts'
import type { MetricsPage } from './prometheus/metrics-page.ts'
import { PrometheusOutput } from './prometheus/prometheus.ts'

/** Which outputs a run has, as the command line says it. */
export interface OutputOptions extends Omit<AskedFiles, 'checkpoint'> {
  /** Nothing on stdout. */
  quiet?: boolean | undefined
  csvFullHistory?: boolean | undefined
  /** The secrets that no output may show, or what takes them out of a text. */
  redact?: readonly string[] | Redact | undefined
  /** Where the run is saved while it goes on, under which name, and how often. */
  checkpoint?: { path: string; token: string; asked?: string | undefined; everyMs: number } | undefined
  /** Where the run's numbers are shown while it goes on. */
  metricsPage?: MetricsPage | undefined
  /** How the run's numbers are pushed while it goes on. */
  otel?: OtelOptions | undefined
  /** For a run that breaks before its start tells the plan. */
  plan?: RunPlan | undefined
  /** Where outputs tell of trouble that they get over. */
  warn?: ((text: string) => void) | undefined
}

interface Setting {
  options: OutputOptions
  streams: OutputStreams
  redact: Redact
}

/**
 * Every output there is: what makes it, if it was asked for.
 *
 * @tested the contract of outputs must have a case for each
 */
export const outputFactories = {
  console: ({ options, streams, redact }) => (options.quiet ? undefined : new ConsoleOutput(streams, redact)),
  json: ({ options: { json, plan }, streams, redact }) =>
    json === undefined ? undefined : new JsonOutput(prepareFile(json, '--json', streams.cwd?.()), redact, plan ?? null),
  csv: ({ options: { csv, csvFullHistory }, streams, redact }) =>
    csv === undefined
      ? undefined
      : new CsvOutput(prepareCsvFiles(csv, streams.cwd?.()), redact, { fullHistory: csvFullHistory ?? false }),
  junit: ({ options: { junit, plan }, streams, redact }) =>
    junit === undefined
      ? undefined
      : new JunitOutput(prepareFile(junit, '--junit', streams.cwd?.()), redact, plan ?? null),
  html: ({ options: { html, plan }, streams, redact }) =>
    html === undefined ? undefined : new HtmlOutput(prepareFile(html, '--html', streams.cwd?.()), redact, plan ?? null),
  checkpoint: ({ options: { checkpoint, plan, warn }, streams, redact }) =>
    checkpoint === undefined
      ? undefined
      : new CheckpointOutput({
          file: prepareFile(checkpoint.path, '--checkpoint', streams.cwd?.()),
          token: checkpoint.token,
          asked: checkpoint.asked,
          everyMs: checkpoint.everyMs,
          plan: plan ?? null,
          redact,
          onTrouble: (error) => warn?.(`no checkpoint: ${messageOf(error)}`),
        }),
  prometheus: ({ options: { metricsPage, plan }, redact }) =>
    metricsPage === undefined ? undefined : new PrometheusOutput(metricsPage, redact, plan ?? null),
  otel: ({ options: { otel, plan }, redact }) =>
    otel === undefined ? undefined : new OtelOutput(otel, redact, plan ?? null),
} satisfies Record<string, (setting: Setting) => Output | undefined>

/**
 * The outputs that were asked for. Throws a KatydidError for a file that cannot be written, so that it is told before any load.
 */
export function createOutputs(options: OutputOptions, streams: OutputStreams): Output[] {
  refuseSharedFiles(options, streams.cwd?.())
  const redact = createRedact(options.redact ?? [])
  return Object.values(outputFactories)
    .map((make) => make({ options, streams, redact }))
    .filter((output) => output !== undefined)
}

/** Of two outputs in one file, the second would take the first's place. */
function refuseSharedFiles({ checkpoint, ...asked }: OutputOptions, cwd = process.cwd()): void {
  const flagOf = new Map<string, string>()
  for (const { flag, path } of askedFiles({ ...asked, checkpoint: checkpoint?.path })) {
    if (path.startsWith('/dev/')) continue // a device takes whatever comes
    const full = followLinks(resolve(cwd, path))
    const other = flagOf.get(full)
    if (other !== undefined)
      throw new KatydidError('USAGE', `${other} and ${flag} write to the same file: ${path}`, {
        hint: 'use a different file for each',
      })
    flagOf.set(full, flag)
  }
}
