import type { RunPlan } from '../plan/run-plan.ts'
import type { Meter, Schedule } from '../stats/meter.ts'
import type { CookieJar } from './cookies.ts'
import type { Deadlines } from './deadlines.ts'
import type { Engine } from './engine.ts'
import type { SocketBudget } from './h1/socket-budget.ts'
import type { HttpResponse } from './http-response.ts'
import type { HttpOrigin } from './origin.ts'
import type { HopContext } from './redirect-hop.ts'
import type { RequestBody } from './request-body.ts'
import type { RequestGate } from './request-gate.ts'

/** One request and its answer, as `run-one` prints them; a redirect on the way is one of its own, with `hop`. */
export interface HttpTrace {
  method: string
  name: string
  url: string
  /** Request line and headers as sent. */
  requestHead: string
  requestBody: RequestBody['content'] | undefined
  response: HttpResponse
  hop: boolean
}

/** Whose requests they are: a user, as far as HTTP must know it. */
export interface HttpOwner {
  /** Base of relative paths. */
  readonly host: string | undefined
  readonly schedule: Schedule
  /** Attached to the samples of all its requests. */
  context?(): Record<string, unknown>
  /** A path was asked for, and there is nothing that it could be appended to. */
  onNoHost?(): void
  /** Called for every answer and every failure, with what was sent. */
  trace?: (exchange: HttpTrace) => void
}

/** What exchanges of a process share. */
export interface ExchangeSetting {
  readonly http: RunPlan['http']
  readonly meter: Meter
  readonly deadlines: Deadlines
  readonly sockets: SocketBudget
  /** Where every request waits for its turn; left out: nowhere. */
  readonly gate: RequestGate | undefined
}

/** A client, as its exchanges see it. */
export interface Sender<Exchange> extends HopContext {
  readonly protocol: ExchangeSetting
  readonly owner: HttpOwner
  readonly cookies: Pick<CookieJar, 'receive'>
  engine(origin: HttpOrigin): Engine
  finished(exchange: Exchange): void
  /** A response whose task decides, and that it has decided. */
  unsettled(response: HttpResponse): void
  settled(response: HttpResponse): void
}
