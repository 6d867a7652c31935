import { parseArgs } from 'node:util'
import { KatydidError } from '../errors.ts'
import { createLog } from '../log.ts'
import { redact } from '../secrets/redactions.ts'
import type { System } from '../system.ts'
import { nodeId } from '../transport/node-id.ts'
import { SocketHost } from '../transport/zmq/socket-host.ts'
import { version } from '../version.ts'
import { workerExitCodes } from '../worker/exit-codes.ts'
import type { OwnLoad } from '../worker/locust-runs.ts'
import { WorkerProcess } from '../worker/worker-process.ts'
import { describeError } from './describe-error.ts'
import { renamedMaster } from './renamed-master.ts'
import { checkValuesPath } from './values-path.ts'
import { watchName } from './watch-name.ts'

export const help = `Usage: katydid worker [file] [options]

run users for a Katydid or Locust master. Without a file (or with -) the worker gets the load file from a Katydid master

Options:
  --master-host <host>     address of the master (default: KATYDID_MASTER_HOST, else 127.0.0.1)
  --master-port <port>     port of the master for workers (default: KATYDID_MASTER_PORT, else 5557)
  --processes <count>      start this number of worker processes, or auto: one for each core. A process that crashes is replaced
  -f, --values <file>      values file for the worker's own load file. Several files are merged
  --param <name=value>     value of a parameter of the worker's own load file. Can be given several times
  --run-token <text>       name of the run. The worker leaves the master of another run
  --id <text>              name of the worker (default: the name of the host and a random part)
  --log-format <format>    format of the log on stderr: json or pretty (default pretty)
  -L, --log-level <level>  least level of the log: trace, debug, info, warn, error, fatal, silent (default info)
  -h, --help               display this help

Environment variables:
  KATYDID_CLUSTER_KEY          key that master and workers share. It encrypts the connection
  KATYDID_WORKER_PLACE         secret name of the worker's place. The newest worker with a name replaces the one before at once.
                               --processes sets it for each process. All pods of an Indexed Job can have the same name
  KATYDID_WORKER_RETRY         how many workers failed in this place before
  KATYDID_JOB                  name of the worker's Job in a cluster. The Service of the master has the same prefix
  KATYDID_HTTP_KEY_PASSPHRASE  passphrase of an encrypted client key
  The secrets of the load file also come from the environment.

Exit codes:
  0    the master told the worker to leave
  1    the worker crashed
  3    the load file or the run was refused, or the master was interrupted
  4    no message from the master for 60 s, or no master found within 5 minutes
  143  ended by a signal
`

/** How long the name of a Service may be unknown. */
const nameMs = 30_000

const options = {
  'master-host': { type: 'string' },
  'master-port': { type: 'string' },
  processes: { type: 'string' },
  values: { type: 'string', short: 'f', multiple: true, default: [] as string[] },
  param: { type: 'string', multiple: true, default: [] as string[] },
  'run-token': { type: 'string' },
  id: { type: 'string' },
  'log-format': { type: 'string', default: 'pretty' },
  'log-level': { type: 'string', short: 'L', default: 'info' },
  help: { type: 'boolean', short: 'h' },
} as const

/** `katydid worker`: without commander, zod or esbuild, which would be most of an idle worker's memory. Resolves to the exit code. */
export async function worker(system: System): Promise<number> {
  try {
    return await run(system)
  } catch (error) {
    system.stderr.write(describeError(error, system.env))
    return error instanceof KatydidError ? workerExitCodes.unusable : workerExitCodes.crashed
  }
}

async function run(system: System): Promise<number> {
  const { values: flags, positionals } = parse(system.args.slice(1))
  if (flags.help) {
    system.stdout.write(help)
    return workerExitCodes.done
  }
  const logFormat = logFormatOf(flags['log-format'])
  flags.values.forEach(checkValuesPath)
  const [file, ...more] = positionals
  const ownFile = file === '-' ? undefined : file
  if (more.length > 0)
    throw new KatydidError('USAGE', `katydid worker takes only one load file: remove ${more.join(' ')}`, {
      hint: 'name user classes on the command line of the master',
    })
  if (ownFile === undefined && flags.values.length + flags.param.length > 0)
    throw new KatydidError('USAGE', 'values files and parameters need a load file on the command line of the worker', {
      hint: 'use them on the command line of the master, or add a load file',
    })
  const log = await createLog({ format: logFormat, level: flags['log-level'], redact })
  if (flags.processes !== undefined) {
    const { workerProcesses } = await import('./worker-processes.ts')
    return workerProcesses(system, flags.processes, log)
  }
  const own = ownFile === undefined ? undefined : await ownLoad(system, ownFile, flags.values, flags.param)
  const id = flags.id ?? nodeId()
  const said = flags['master-host'] ?? (system.env.KATYDID_MASTER_HOST || '127.0.0.1')
  const masterHost = renamedMaster(said, system.env.KATYDID_JOB)
  const masterPort = flags['master-port'] ?? (system.env.KATYDID_MASTER_PORT || '5557')
  const retry = Number(system.env.KATYDID_WORKER_RETRY)
  const host = new SocketHost({
    id,
    instance: nodeId(),
    host: masterHost,
    port: portOf(masterPort),
    key: system.env.KATYDID_CLUSTER_KEY || undefined,
    token: flags['run-token'],
    hash: own?.hash,
    retry: retry > 0 ? retry : undefined,
    place: placeOf(system.env),
  })
  log.info(`connecting to the master at ${masterHost}:${masterPort}`)
  const process = new WorkerProcess({ host, id, version: version(), log, own, env: system.env })
  let signals = 0
  const stopListening = system.onSignal((signal) => {
    if (++signals > 1) system.exit(workerExitCodes.terminated)
    process.terminate(signal)
  })
  const left = new AbortController()
  // where a Job tries again, its pod says why it ended: a name that a policy keeps from being looked up stays unknown
  const giveUp = system.env.KATYDID_JOB ? { afterMs: nameMs, leave: () => process.giveUp() } : undefined
  void watchName({ host: masterHost, log, giveUp, signal: left.signal })
  try {
    return await process.run()
  } finally {
    left.abort()
    stopListening()
  }
}

/** The name of its place is the same for all pods of an Indexed Job, where it is the Job's. */
function placeOf({ KATYDID_WORKER_PLACE: place, JOB_COMPLETION_INDEX: index }: System['env']): string | undefined {
  if (!place) return undefined
  return index ? `${place}/${index}` : place
}

async function ownLoad(
  system: System,
  file: string,
  values: readonly string[],
  params: readonly string[],
): Promise<OwnLoad & { hash: string }> {
  const { preparePlan, prepareOwn } = await import('./prepare.ts')
  const { parseParams } = await import('./parse-params.ts')
  const flags = { file, params: params.length > 0 ? parseParams(params) : undefined }
  const plan = preparePlan({ system, values, flags })
  return prepareOwn(plan, system.env)
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new KatydidError('USAGE', (error as Error).message, { hint: 'katydid worker --help lists the options' })
  }
}

function logFormatOf(text: string): 'json' | 'pretty' {
  if (text === 'json' || text === 'pretty') return text
  throw new KatydidError('USAGE', `bad --log-format ${JSON.stringify(text)}`, { hint: 'use json or pretty' })
}

function portOf(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port > 0 && port <= 65_535) return port
  throw new KatydidError('USAGE', `bad --master-port ${JSON.stringify(text)}`, {
    hint: 'use a whole number from 1 to 65535. The default of a master is 5557',
  })
}
