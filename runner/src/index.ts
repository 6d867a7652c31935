/**
 * Everything that a load file can import. The names are Locust's, in TypeScript.
 *
 * @module katydid
 */
/// <reference types="node" preserve="true" />
/// <reference lib="esnext.disposable" preserve="true" />
/// <reference lib="esnext.decorators" preserve="true" />
import './tasks/metadata.ts'

export { InterruptTaskSet, RescheduleTask, StopTest, StopUser } from './environment/control-flow.ts'
export type { Environment, Measured } from './environment/environment.ts'
export type { LoadFileMessage, MessageHandler } from './environment/mailbox.ts'
export { type Counter, check, type Gauge, metrics, type Rate, type Trend } from './environment/metrics.ts'
export type { ErrorFigures, RequestFigures, RunStats } from './environment/run-stats.ts'
export { KatydidError } from './errors.ts'
export { type Feed, type FeedOptions, feed } from './feeds/feed.ts'
export type { Listener } from './hooks/event-hook.ts'
export {
  type EnvironmentEvent,
  events,
  type HeartbeatEvent,
  type QuitEvent,
  type ReportEvent,
  type SpawningCompleteEvent,
  type UsageEvent,
  type UserErrorEvent,
  type WorkerConnectEvent,
} from './hooks/events.ts'
export type { RequestEvent, RequestReport } from './hooks/request-hook.ts'
export { choice, parameters, required, secret } from './loadfile/parameters.ts'
export { CookieJar } from './protocols/cookies.ts'
export type { HttpClient } from './protocols/http-client.ts'
export type { Auth, RequestOptions } from './protocols/http-options.ts'
export { BodyError, type HttpResponse } from './protocols/http-response.ts'
export { RequestAborted, TransportError } from './protocols/transport-errors.ts'
export { tag, task, transition, transitions } from './tasks/decorators.ts'
export { HttpUser } from './tasks/http-user.ts'
export { LoadShape, type ShapeTick } from './tasks/load-shape.ts'
export { MarkovTaskSet } from './tasks/markov-task-set.ts'
export { SequentialTaskSet } from './tasks/sequential-task-set.ts'
export { TaskSet } from './tasks/task-set.ts'
export { User } from './tasks/user.ts'
export type { PacedWait, WaitTime } from './tasks/waits.ts'
export { between, constant, constantPacing, constantThroughput, poisson } from './tasks/waits.ts'
