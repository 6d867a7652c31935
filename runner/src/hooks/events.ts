import type { AnyParams, Environment } from '../environment/environment.ts'
import type { User } from '../tasks/user.ts'
import { EventHook } from './event-hook.ts'
import { RequestHook } from './request-hook.ts'

/** Give the type of the load file's parameters as `EnvironmentEvent<typeof params>`. */
export interface EnvironmentEvent<Params extends object = AnyParams> {
  environment: Environment<Params>
}

export interface SpawningCompleteEvent {
  /** Users now running, of all workers. */
  userCount: number
}

export interface UserErrorEvent {
  /** Undefined where making the user failed. */
  user: User | undefined
  exception: unknown
  message: string
  /** The stack, as far as it lies in the user's files. */
  traceback: string
}

export interface QuitEvent {
  exitCode: number
}

export interface UsageEvent extends EnvironmentEvent {
  /** Of one core, since the last event. */
  cpuPercent: number
  rssBytes: number
}

/** `data` (JSON-like) is what goes with a worker's report: on the worker listeners add to it, on the master they read it. */
export interface ReportEvent {
  clientId: string
  data: Record<string, unknown>
}

export interface WorkerConnectEvent {
  clientId: string
}

export interface HeartbeatEvent {
  clientId: string
  /** Epoch ms. */
  at: number
}

/**
 * What a load file can listen to, by Locust's names. Listeners may be async; those of `init`, `testStart`, `testStop` and
 * `quitting` are awaited. A listener that throws makes the run `broken`, and never stops the other listeners.
 */
class Events {
  /** The load file is loaded and the run about to be made, in each process. */
  readonly init = new EventHook<EnvironmentEvent>('init')
  /** Before the first user, in each process. */
  readonly testStart = new EventHook<EnvironmentEvent>('testStart')
  /** The run is about to stop, users still run. */
  readonly testStopping = new EventHook<EnvironmentEvent>('testStopping')
  /** After the last user. */
  readonly testStop = new EventHook<EnvironmentEvent>('testStop')
  /** A ramp is over: all users asked for are there. */
  readonly spawningComplete = new EventHook<SpawningCompleteEvent>('spawningComplete')
  /** A request is over, good or bad. Firing it counts a request of a protocol of your own. */
  readonly request = new RequestHook()
  /** A user's code threw. */
  readonly userError = new EventHook<UserErrorEvent>('userError')
  /** Statistics begin anew. */
  readonly resetStats = new EventHook<EnvironmentEvent>('resetStats')
  /** The process is about to leave; the last listener added is the first called. */
  readonly quitting = new EventHook<EnvironmentEvent>('quitting', { reverse: true })
  /** The process leaves now. */
  readonly quit = new EventHook<QuitEvent>('quit')
  /** The generator is too busy for its figures to be trusted. */
  readonly cpuWarning = new EventHook<UsageEvent>('cpuWarning')
  /** How busy the generator is, every few seconds. */
  readonly usageMonitor = new EventHook<UsageEvent>('usageMonitor')
  /** On a worker: it is about to report. Not in a local run, nor are the four that follow. */
  readonly reportToMaster = new EventHook<ReportEvent>('reportToMaster')
  /** On the master: a worker's report is there. */
  readonly workerReport = new EventHook<ReportEvent>('workerReport')
  /** On the master: a worker has joined. */
  readonly workerConnect = new EventHook<WorkerConnectEvent>('workerConnect')
  /** On the master: a worker's heartbeat was answered. */
  readonly heartbeatSent = new EventHook<HeartbeatEvent>('heartbeatSent')
  /** On a worker: the master answered a heartbeat. */
  readonly heartbeatReceived = new EventHook<HeartbeatEvent>('heartbeatReceived')

  removeAllListeners(): void {
    for (const hook of Object.values(this) as EventHook<never>[]) hook.removeAllListeners()
  }
}

/** The one set of hooks of this process. */
export const events = new Events()
