import type { RunEvent } from '../facts/run-event.ts'
import type { Finding } from '../facts/verdict.ts'
import type { Aggregate } from '../stats/aggregate.ts'
import type { RunInterval } from '../stats/snapshot.ts'

/** The run as far as it has come: what a criterion may look at. */
export interface RunView {
  /** Everything merged since the start, without the warm-up. */
  readonly measured: Aggregate
  /** ms of run that `measured` covers. */
  readonly measuredMs: number
  /** Everything, with the warm-up. */
  readonly all: Aggregate
  readonly elapsedMs: number
  /** What lost workers should have done and nobody has told of, or done before others were given it: users × seconds of `userSeconds`, and arrivals. */
  readonly missingUserSeconds?: number
  readonly userSeconds?: number
  readonly lostArrivals?: number
  /** How much of what was asked for has run. */
  readonly delivery?: RunDelivery
}

export interface RunDelivery {
  /** Users × seconds; 0 where a run asks for arrivals. */
  readonly askedUserSeconds: number
  readonly undeliveredUserSeconds: number
  /** Of what was not delivered: of workers that stood still, of users that left on purpose. */
  readonly stoppedUserSeconds: number
  readonly leftUserSeconds: number
  /** Of what was not delivered: after the run had ended early, and why it had; left out, every user had ended. */
  readonly unreachedUserSeconds: number
  /** Of what was not delivered: of users that did not come out of `onStart`. */
  readonly unbegunUserSeconds: number
  readonly unreachedArrivals: number
  readonly unreachedWhy?: string
  /** Of all workers together: seconds that they told of, and of these the ones in which they stood still. */
  readonly workerSeconds: number
  readonly stoppedSeconds: number
  /** Seconds in which workers stood still for less than a second at a time. */
  readonly pausedSeconds: number
}

/** Something that judges a run. Do-nothing methods may be left out. */
export interface Criterion {
  readonly kind: string
  /** Sees each second once, in order; returning a finding ends the run now (a threshold with `abort`). */
  interval?(interval: RunInterval, run: RunView): Finding | undefined
  event?(event: RunEvent): void
  /** The end: its findings, also those that hold. */
  conclude(run: RunView): Finding[]
}
