import { Command, Option } from 'commander'
import { exitCodes, KatydidError } from '../errors.ts'
import { parseDuration } from '../plan/duration.ts'
import type { System } from '../system.ts'

interface VerdictFlags {
  master: string
  timeout: string
  reachTimeout: string
  json?: string
  runToken?: string
  onRepeat: string
  quiet?: boolean
}

const defaultPort = 8089

/** `katydid verdict`: waits for a master's verdict, prints it and leaves with its exit code. */
export function build(system: System, done: (exitCode: number) => void): Command {
  return new Command('verdict')
    .description('wait for the verdict of a master, print it, and exit with it: 0 passed, 1 failed, 2 broken')
    .requiredOption('--master <host[:port]>', `address of the master's HTTP port (default port ${defaultPort})`)
    .option('--timeout <duration>', 'longest time to wait for the verdict: 10m, 2h, none', 'none')
    .option('--reach-timeout <duration>', 'longest time to wait until the master, and the run, can be reached', 'none')
    .option('--json <file>', 'write the whole result as JSON')
    .option('--run-token <text>', 'name of the run, as for the master. The verdict of another run does not count')
    .addOption(
      new Option(
        '--on-repeat <what>',
        'in a Job (KATYDID_JOB_UID): what to do if another Job already got this verdict, so that nothing was run for this Job. broken: exit with 2. tell: exit with that verdict',
      )
        .choices(['broken', 'tell'])
        .default('broken'),
    )
    .option('-q, --quiet', 'print no progress on stderr')
    .action(async (flags: VerdictFlags) => {
      const { parseMasterAddress } = await import('./master-address.ts')
      const { awaitVerdict } = await import('./await-verdict.ts')
      const { prepareFile, writeWhole } = await import('../outputs/output-files.ts')
      const { jsonText } = await import('../outputs/json/json-text.ts')
      const { renamedMaster } = await import('./renamed-master.ts')
      const { repeated } = await import('./repeated-verdict.ts')
      const master = parseMasterAddress(renamedMaster(flags.master, system.env.KATYDID_JOB), '--master', defaultPort)
      const timeoutMs = parseTimeout(flags.timeout, '--timeout')
      const reachMs = parseTimeout(flags.reachTimeout, '--reach-timeout')
      const file = flags.json === undefined ? undefined : prepareFile(flags.json, '--json', system.cwd())
      const { signal, stopListening } = abortOnSignal(system)
      const say = (line: string) => void (flags.quiet || system.stderr.write(`katydid: ${line}\n`))
      try {
        const found = await awaitVerdict({
          master,
          timeoutMs,
          reachMs,
          token: flags.runToken,
          job: system.env.KATYDID_JOB_UID || undefined,
          result: file !== undefined,
          say,
          signal,
        })
        const answer = repeated(found, flags.onRepeat === 'tell')
        const text = answer.kind === 'verdict' ? answer.summary : `BROKEN — ${answer.why}`
        system.stdout.write(`${text}\n`)
        done(exitCodes[answer.kind === 'verdict' ? answer.outcome : 'broken'])
        if (file && answer.kind === 'verdict') await writeWhole(file, jsonText(answer.result))
      } finally {
        stopListening()
      }
    })
}

function parseTimeout(text: string, flag: string): number | undefined {
  if (text === 'none') return undefined
  try {
    const ms = parseDuration(text)
    if (ms > 0) return ms
  } catch {}
  throw new KatydidError('USAGE', `${flag}: bad duration ${JSON.stringify(text)}`, {
    hint: 'use 90s, 10m, 2h or none',
  })
}

/** The run goes on; only its verdict is not waited for any longer. */
function abortOnSignal(system: System): { signal: AbortSignal; stopListening(): void } {
  const abort = new AbortController()
  const stopListening = system.onSignal((name) =>
    abort.abort(new KatydidError('USAGE', `interrupted by ${name} before there was a verdict. The run continues`)),
  )
  return { signal: abort.signal, stopListening }
}
