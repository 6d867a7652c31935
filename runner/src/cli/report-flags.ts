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
    .option('--json <file>', 'write result.json')
    .option('--csv <prefix>', "write Locust's four CSV files")
    .option('--csv-full-history', 'with --csv: every name in the history, not only the total')
    .option('--junit <file>', 'write a JUnit report, a test case per threshold')
    .option('--html <file>', 'write a report to look at: one page that needs no network')
    .option('--otel', 'push metrics to an OpenTelemetry collector, as the variables OTEL_* say')
    .option('-q, --quiet', 'print nothing')
    .addOption(
      new Option('--log-format <format>', 'of the log on stderr').choices(['json', 'pretty']).default('pretty'),
    )
    .addOption(new Option('-L, --log-level <level>', 'least level that is logged').default('info'))
}
