import { randomUUID } from 'node:crypto'
import { exitCodes, KatydidError, messageOf } from '../errors.ts'
import { FeedDesk } from '../feeds/feed-desk.ts'
import { createLog } from '../log.ts'
import { MasterHttp } from '../master/http/master-http.ts'
import { ApiServer } from '../master/kubernetes/api-server.ts'
import { VerdictJob } from '../master/kubernetes/verdict-job.ts'
import { WorkersJob } from '../master/kubernetes/workers-job.ts'
import type { WorkersPlatform } from '../master/workers/workers-platform.ts'
import { restarted } from '../outputs/checkpoint/checkpoint.ts'
import { resultFiles } from '../outputs/file-outputs.ts'
import type { Published } from '../outputs/published/published.ts'
import { writePublished } from '../outputs/published/published-files.ts'
import type { Ending } from '../outputs/webhook/notify.ts'
import { parseDuration } from '../plan/duration.ts'
import type { PlanFlags } from '../plan/options.ts'
import { redact } from '../secrets/redactions.ts'
import type { System } from '../system.ts'
import { RejectingServer } from '../transport/to-workers/reject-workers.ts'
import { RouterSocket } from '../transport/zmq/router-socket.ts'
import { askedFor } from './asked-for.ts'
import { ClusterRun } from './cluster-run.ts'
import { describeError } from './describe-error.ts'
import { type CheckpointFlags, type EarlierRun, earlierRun } from './earlier-run.ts'
import type { LoadFlags } from './load-flags.ts'
import { isLoopback } from './loopback.ts'
import { notifyOf } from './notifications.ts'
import { portOf } from './port-of.ts'
import { prepare } from './prepare.ts'
import type { ReportFlags } from './report-flags.ts'
import { runToVerdict } from './run-to-verdict.ts'
import { interruptedBy } from './stop-on-signals.ts'
import { toldJobFile } from './told-job-file.ts'

export interface MasterFlags extends LoadFlags, ReportFlags, CheckpointFlags {
  bindHost?: string
  bindPort: string
  webHost?: string
  webPort: string
  serve?: boolean
  heartbeatLiveness?: string
  typecheck?: boolean
  workersJob?: string
  verdictJob?: string
}

/** One run, from listening to its verdict. It listens before plan and load file are read: a mistake in them can be asked for, too. */
export async function runMaster(system: System, plan: PlanFlags, given: MasterFlags): Promise<number> {
  const flags = { ...given }
  const log = await createLog({ format: flags.logFormat, level: flags.logLevel, redact })
  const missingMs = livenessOf(flags.heartbeatLiveness)
  const http = await MasterHttp.listen({
    host: flags.webHost,
    port: portOf('--web-port', flags.webPort),
    log,
    run: flags.runToken === undefined ? undefined : `${flags.runToken}/${randomUUID()}`,
  })
  const desk = new FeedDesk()
  // from the start: one that comes before the run ends that, whatever the load file waits for
  const signal = untilSignal(system)
  let socket: RouterSocket | undefined
  let run: ClusterRun | undefined
  let exitCode: number
  let api: ApiServer | undefined
  let platform: WorkersPlatform | undefined
  let verdictJob: VerdictJob | undefined
  let earlier: EarlierRun | undefined
  try {
    socket = await RouterSocket.bind({
      host: flags.bindHost,
      port: portOf('--bind-port', flags.bindPort),
      key: system.env.KATYDID_CLUSTER_KEY || undefined,
      onRefused: onceEach((text) => log.warn(text)),
    })
    log.info(`waiting for workers on port ${socket.port}`)
    if (!system.env.KATYDID_CLUSTER_KEY && !isLoopback(flags.bindHost)) log.warn(openToAll(flags.bindHost, socket.port))
    http.offerFiles(resultFiles(flags, system.cwd()))
    if (flags.workersJob !== undefined) {
      if (flags.runToken === undefined)
        throw new KatydidError('USAGE', '--workers-job needs --run-token', {
          hint: 'use the value of the annotation katydid.dev/run of the Job',
        })
      api = ApiServer.ofPod(system.env)
      platform = new WorkersJob({ api, name: flags.workersJob, run: flags.runToken, log })
      if (flags.verdictJob !== undefined)
        verdictJob = new VerdictJob({ api, name: flags.verdictJob, run: flags.runToken, log })
    }
    if (flags.checkpoint !== undefined) flags.asked = await askedFor({ flags: plan, values: flags.values, system })
    earlier = await earlierRun(flags, system.cwd())
    await rememberJob()
    exitCode = earlier ? await again(socket, earlier.published) : await conduct(socket)
  } catch (error) {
    await tellOnce({ error, token: flags.runToken })
    const { published } = http
    await http.fail(error)
    // a verdict that was out by then stays, and so do its files
    if (!published) await writeFiles(false)
    const text = describeError(error, system.env)
    system.stderr.write(text)
    exitCode = exitCodes.broken
    if (socket && !run && flags.serve) rejectWorkers(socket, `the run did not start: ${onOneLine(text)}`, 3)
  }
  await run?.finish()
  const leaving = new AbortController()
  const cancelling = Promise.all([platform?.cancelRest(leaving.signal), verdictJob?.settle(leaving.signal)])
  if (flags.serve) await signal.came
  signal.stopListening()
  leaving.abort()
  await cancelling
  await run?.close()
  if (!run) await socket?.close()
  await Promise.all([http.close(), desk.close(), api?.close()])
  return exitCode

  /** On a volume it outlives the pod: a Job that comes later is not to take the verdict for its own. */
  async function rememberJob(): Promise<void> {
    const { checkpoint, runToken } = flags
    if (checkpoint === undefined || runToken === undefined) return
    const file = toldJobFile(checkpoint, runToken, system.cwd())
    if (earlier) http.verdictJobs.restore(await file.read())
    http.verdictJobs.keepWith((told) =>
      file
        .write(told)
        .catch((error) =>
          log.warn(`cannot save that a Job has this verdict, so a later Job may use it again: ${messageOf(error)}`),
        ),
    )
  }

  /** The run is over, or lost: there is no load of it any more, only what an earlier process saved. */
  async function again(bound: RouterSocket, published: Published | null): Promise<number> {
    if (!published) throw restarted(undefined)
    const { outcome, exitCode, findings } = published.verdict
    const isLost = findings.some(({ kind }) => kind === 'restarted')
    await tellOnce(endingOfEarlier(published))
    http.restore(published)
    await writeFiles(!isLost)
    if (!flags.quiet) system.stdout.write(`${published.summary}\n`)
    log.info(
      isLost
        ? 'an earlier master process began this run'
        : `this run is already over: ${outcome}. Katydid does not run it again`,
    )
    if (flags.serve) rejectWorkers(bound, isLost ? 'master restarted' : 'the run is over', isLost ? 3 : 0)
    return exitCode
  }

  /** The result files, as they are served: there were no outputs that could have written them. */
  async function writeFiles(missingOnly: boolean): Promise<void> {
    const onFailed = (error: unknown) => log.error(messageOf(error))
    const { json, junit, html } = flags
    if (http.published)
      await writePublished(http.published, { json, junit, html, cwd: system.cwd(), missingOnly, onFailed })
  }

  /** A run that its process could not tell of: also where this process is not the first to find it. */
  async function tellOnce(ending: Parameters<typeof notifyOf>[1]): Promise<void> {
    if (earlier?.isTold) return
    await notifyOf(system, ending, log)
    await earlier
      ?.markTold()
      .catch((error) =>
        log.warn(`cannot save that the webhook was called, so the next master may call it again: ${messageOf(error)}`),
      )
  }

  async function conduct(bound: RouterSocket): Promise<number> {
    const { values, typecheck } = flags
    const preparing = prepare({ system, values, flags: plan, typecheck, rows: (spec) => desk.openRows(spec) })
    const prepared = await Promise.race([preparing, signal.came.then(interruptedBefore)])
    const expect = prepared.plan.workers.count ?? 1
    const open = (surroundings: ConstructorParameters<typeof ClusterRun>[1]) => {
      const about = { token: flags.runToken, expect, missingMs, platform }
      run = new ClusterRun(prepared, surroundings, { socket: bound, desk, ...about })
      // it came after the look above, while outputs were made: whoever listens from now on does not hear of it
      if (signal.name) run.master.command(interruptedBy(signal.name))
      return run.master
    }
    return runToVerdict(system, prepared, flags, open, http)
  }
}

/** As it was published, so that nothing in it is live, or a secret. */
function endingOfEarlier({ verdict, line, result }: Published): Ending {
  const { run, startedAt, durationMs } = result
  return { verdict, line, token: run?.token, startedAt: Date.parse(startedAt), durationMs }
}

/** Workers that come to a master without a run leave at once, and say why. */
function rejectWorkers(socket: RouterSocket, why: string, exitCode: number): void {
  const server = new RejectingServer({
    run: randomUUID(),
    why,
    exitCode,
    transmit: (id, bytes) => socket.send(id, bytes),
  })
  void socket.receive((id, bytes) => server.receive(id, bytes))
}

function onOneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, '; ')
}

function livenessOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  let ms = 0
  try {
    ms = parseDuration(text)
  } catch {}
  if (ms >= 1_500) return ms
  throw new KatydidError('USAGE', `bad --heartbeat-liveness ${JSON.stringify(text)}`, {
    hint: 'use a duration of 1.5s or more: workers send a heartbeat every second',
  })
}

function onceEach(tell: (text: string) => void): (text: string) => void {
  const told = new Set<string>()
  return (text) => {
    if (!told.has(text)) tell(text)
    told.add(text)
  }
}

/** Whoever runs the master on purpose without a key is to know what that means. */
function openToAll(host: string | undefined, port: number): string {
  const where = host === undefined ? 'on all addresses' : `on ${host}`
  return `KATYDID_CLUSTER_KEY is not set: anybody who reaches port ${port} ${where} can join the run, and gets the load file and the passwords of --host and --proxy. Set the same key for master and workers, or use --bind-host 127.0.0.1`
}

interface FirstSignal {
  /** Settles when it comes, with its name. */
  came: Promise<NodeJS.Signals>
  name?: NodeJS.Signals
  stopListening(): void
}

function untilSignal(system: System): FirstSignal {
  const { promise: came, resolve } = Promise.withResolvers<NodeJS.Signals>()
  const stopListening = system.onSignal((name) => {
    signal.name = name
    stopListening()
    resolve(name)
  })
  const signal: FirstSignal = { came, stopListening }
  return signal
}

function interruptedBefore(signal: NodeJS.Signals): never {
  throw new KatydidError('USAGE', `interrupted by ${signal} before the run`)
}
