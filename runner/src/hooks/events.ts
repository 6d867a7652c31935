import type { AnyParams, Environment } from '../environment/environment.ts'
import type { User } from '../tasks/user.ts'
import { EventHook } from './event-hook.ts'
import { RequestHook } from './request-hook.ts'

/**
 * What listeners of `init`, `testStart`, `testStop` and others get. `EnvironmentEvent<typeof params>` gives `environment.params`
 * the types of the load file's parameters.
 */
export interface EnvironmentEvent<Params extends object = AnyParams> {
  environment: Environment<Params>
}

/** What listeners of `spawningComplete` get. */
export interface SpawningCompleteEvent {
  /** Users now running, of all workers. */
  userCount: number
}

/** What listeners of `userError` get. */
export interface UserErrorEvent {
  /** Undefined if the user could not be created. */
  user: User | undefined
  /** The value that was thrown. */
  exception: unknown
  message: string
  /** The part of the stack that is in your files. */
  traceback: string
}

/** What listeners of `quit` get. */
export interface QuitEvent {
  /** Exit code of the process. 0 means that the run passed. */
  exitCode: number
}

/** What listeners of `usageMonitor` and `cpuWarning` get. */
export interface UsageEvent extends EnvironmentEvent {
  /** CPU time since the last event, in percent of one core. */
  cpuPercent: number
  /** Memory of the process (resident set size), in bytes. */
  rssBytes: number
}

/**
 * What listeners of `reportToMaster` and `workerReport` get. `data` goes with the report of a worker, as JSON. Listeners on the
 * worker add to it. Listeners on the master read it.
 *
 *     events.reportToMaster.addListener(({ data }) => { data.queue = queue.length })
 */
export interface ReportEvent {
  /** Id of the worker. */
  clientId: string
  data: Record<string, unknown>
}

/** What listeners of `workerConnect` get. */
export interface WorkerConnectEvent {
  /** Id of the worker. */
  clientId: string
}

/** What listeners of `heartbeatSent` and `heartbeatReceived` get. */
export interface HeartbeatEvent {
  /** Id of the worker. */
  clientId: string
  /** Time in ms since 1970, like `Date.now()`. */
  at: number
}

/**
 * The events of a run, with Locust's names. Listeners may be async. The run waits for listeners of `init`, `testStart`,
 * `testStopping`, `testStop` and `quitting`. A listener that throws makes the run `broken`. The other listeners still run.
 *
 *     events.testStart.addListener(async ({ environment }) => { await warmUp(environment.host) })
 */
class Events {
  /** The load file is loaded. Fired in each process, before `testStart`. */
  readonly init = new EventHook<EnvironmentEvent>('init')
  /** The run begins. Fired in each process, before its first user starts. */
  readonly testStart = new EventHook<EnvironmentEvent>('testStart')
  /** The run is about to stop. Users still run. */
  readonly testStopping = new EventHook<EnvironmentEvent>('testStopping')
  /** The run is over. All users have ended. */
  readonly testStop = new EventHook<EnvironmentEvent>('testStop')
  /** A ramp is complete: all requested users run. */
  readonly spawningComplete = new EventHook<SpawningCompleteEvent>('spawningComplete')
  /** A request has ended, with success or failure. Call `events.request.fire()` to count a request of your own protocol. */
  readonly request = new RequestHook()
  /** The code of a user threw an error. */
  readonly userError = new EventHook<UserErrorEvent>('userError')
  /** The statistics start again from zero. */
  readonly resetStats = new EventHook<EnvironmentEvent>('resetStats')
  /** The process is about to exit. Listeners are called in reverse order: the last one added comes first. */
  readonly quitting = new EventHook<EnvironmentEvent>('quitting', { reverse: true })
  /** The process exits now. */
  readonly quit = new EventHook<QuitEvent>('quit')
  /** This process is too busy, so its measurements are not reliable. Fired once each time this begins. */
  readonly cpuWarning = new EventHook<UsageEvent>('cpuWarning')
  /** CPU and memory of this process. Fired every few seconds. */
  readonly usageMonitor = new EventHook<UsageEvent>('usageMonitor')
  /** On a worker: it is about to send a report to the master. Not fired in a local run. */
  readonly reportToMaster = new EventHook<ReportEvent>('reportToMaster')
  /** On the master: a report of a worker has arrived. Not fired in a local run. */
  readonly workerReport = new EventHook<ReportEvent>('workerReport')
  /** On the master: a worker has joined. Not fired in a local run. */
  readonly workerConnect = new EventHook<WorkerConnectEvent>('workerConnect')
  /** On the master: it answered the heartbeat of a worker. Not fired in a local run. */
  readonly heartbeatSent = new EventHook<HeartbeatEvent>('heartbeatSent')
  /** On a worker: the master answered a heartbeat. Not fired in a local run. */
  readonly heartbeatReceived = new EventHook<HeartbeatEvent>('heartbeatReceived')

  /** Removes all listeners of all events. */
  removeAllListeners(): void {
    for (const hook of Object.values(this) as EventHook<never>[]) hook.removeAllListeners()
  }
}

/**
 * The events of this process. Add listeners at the top of a load file:
 *
 *     events.testStop.addListener(({ environment }) => console.log(environment.stats?.total.requests))
 */
export const events = new Events()
