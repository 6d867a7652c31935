import { type Command, Option } from 'commander'
import { type AskedFiles, fileOutputRows } from '../outputs/file-outputs.ts'

/** Where a run tells of itself. */
export interface ReportFlags extends Omit<AskedFiles, 'checkpoint'> {
  csvFullHistory?: boolean
  otel?: boolean
  quiet?: boolean
  logFormat: 'json' | 'pretty'
  logLevel: string
}

/** The flags that every command with a report has. */
export function addReportFlags(command: Command): Command {
  for (const [name, { help, files }] of fileOutputRows)
    if (help) command.option(`--${name} ${files ? '<prefix>' : '<file>'}`, help)
  return command
    .option('--csv-full-history', 'with --csv: write every name to the history, not only the total')
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
