/**
 * What a load file may import: Locust's words, in TypeScript.
 *
 * @module katydid
 */
import './users/metadata.ts'

export { KatydidError } from './errors.ts'
export { type Feed, type FeedOptions, feed } from './feeds/feed.ts'
export { choice, parameters, required, secret } from './loadfile/parameters.ts'
export { CookieJar } from './protocols/cookies.ts'
export type { HttpClient } from './protocols/http-client.ts'
export type { Auth, RequestOptions } from './protocols/http-options.ts'
export { BodyError, type HttpResponse } from './protocols/http-response.ts'
export { RequestAborted, TransportError } from './protocols/transport-errors.ts'
export { check } from './users/check.ts'
export { InterruptTaskSet, RescheduleTask, StopTest, StopUser } from './users/control-flow.ts'
export type { Environment, Measured } from './users/environment.ts'
export type { Listener } from './users/event-hook.ts'
export {
  type EnvironmentEvent,
  events,
  type QuitEvent,
  type SpawningCompleteEvent,
  type UserErrorEvent,
} from './users/events.ts'
export { HttpUser } from './users/http-user.ts'
export { LoadShape, type ShapeTick } from './users/load-shape.ts'
export type { LoadFileMessage, MessageHandler } from './users/mailbox.ts'
export { MarkovTaskSet } from './users/markov-task-set.ts'
export { type Counter, type Gauge, metrics, type Rate, type Trend } from './users/metrics.ts'
export type { RequestEvent, RequestReport } from './users/request-hook.ts'
export type { ErrorFigures, RequestFigures, RunStats } from './users/run-stats.ts'
export { SequentialTaskSet } from './users/sequential-task-set.ts'
export { tag } from './users/tag-decorator.ts'
export { task } from './users/task-decorator.ts'
export { TaskSet } from './users/task-set.ts'
export { transition, transitions } from './users/transition-decorator.ts'
export { User } from './users/user.ts'
export { between } from './users/waits/between.ts'
export { constant } from './users/waits/constant.ts'
export { constantPacing } from './users/waits/constant-pacing.ts'
export { constantThroughput } from './users/waits/constant-throughput.ts'
export { poisson } from './users/waits/poisson.ts'
export type { PacedWait, WaitTime } from './users/waits/wait-time.ts'
