import { type Command, Option } from 'commander'

/** Where a run tells of itself. */
export interface ReportFlags {
  json?: string
  csv?: string
  csvFullHistory?: boolean
  junit?: string
  html?: string
  otel?: boolean
  quiet?: boolean
  logFormat: 'json' | 'pretty'
  logLevel: string
}

/** The flags that every command with a report has. */
export function addReportFlags(command: Command): Command {
  return command
    .option('--json <file>', 'write the whole result as JSON')
    .option('--csv <prefix>', "write four CSV files with Locust's columns")
    .option('--csv-full-history', 'with --csv: write every name to the history, not only the total')
    .option('--junit <file>', 'write a JUnit report with a test case for each threshold')
    .option('--html <file>', 'write a report for people: one HTML page that needs no network')
    .option('--otel', 'push metrics to an OpenTelemetry collector, which the OTEL_* variables name')
    .option('-q, --quiet', 'print nothing')
    .addOption(
      new Option('--log-format <format>', 'format of the log on stderr').choices(['json', 'pretty']).default('pretty'),
    )
    .addOption(
      new Option(
        '-L, --log-level <level>',
        'least level of the log: trace, debug, info, warn, error, fatal, silent',
      ).default('info'),
    )
}
