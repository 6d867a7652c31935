import { formatCount, formatNumber } from '../stats/format.ts'
import type { RunInterval } from '../stats/snapshot.ts'
import type { Criterion, Finding, RunDelivery, RunView } from './criterion.ts'
import { formatShare } from './format-measure.ts'

const undeliveredLimit = 0.01
const droppedLimit = 0.01
const lateLimit = 0.01
const failedLimit = 0.01
/** A busy machine gives a process no time for a moment now and then: less is no standstill. */
const pausedLimit = 0.1
const leastPausedSeconds = 1

const lateWhy = 'a worker or its machine stood still or was too busy, or its orders came late'

/** Whether the load that was asked for happened at all, and all of it. */
export class Delivery implements Criterion {
  readonly kind = 'delivery'
  #offered = 0
  #dropped = 0
  #late = 0
  #failed = 0
  #openModel = false

  interval({ arrivals }: RunInterval): undefined {
    if (!arrivals) return
    this.#openModel = true
    this.#offered += arrivals.offered
    this.#dropped += arrivals.dropped
    this.#late += arrivals.late ?? 0
    this.#failed += arrivals.failed ?? 0
  }

  conclude(run: RunView): Finding[] {
    const findings: Finding[] = []
    if (run.all.total.requests === 0)
      findings.push({
        outcome: 'broken',
        kind: this.kind,
        text: 'nothing completed: not one request was answered or failed',
        value: 0,
      })
    // a run may end before its warm-up does, and then no threshold has looked at anything
    else if (run.measured.total.requests === 0 && run.measured.metrics().length === 0)
      findings.push({
        outcome: 'broken',
        kind: this.kind,
        text: 'nothing was measured: no request ended after the warm-up',
        value: 0,
      })
    if (this.#openModel)
      findings.push(this.#arrivals(run), ...this.#lateArrivals(), ...this.#failedArrivals(), ...this.#standstill(run))
    else if (run.delivery && run.delivery.askedUserSeconds > 0) findings.push(this.#users(run.delivery, run))
    findings.push(...this.#pauses(run))
    return findings
  }

  /** Each too short to count as a stall, and all together a good part of the run. */
  #pauses({ delivery }: RunView): Finding[] {
    if (!delivery || delivery.pausedSeconds < leastPausedSeconds) return []
    const { pausedSeconds: paused, workerSeconds: all } = delivery
    const value = paused / all
    if (value <= pausedLimit) return []
    return [
      {
        outcome: 'broken',
        kind: this.kind,
        text: `time in which workers stood still for less than a second at a time ≤ ${formatShare(pausedLimit)}: ${formatShare(value)} (${formatNumber(paused)} of ${formatNumber(all)} s): the process was stopped or got no CPU`,
        value,
        limit: pausedLimit,
      },
    ]
  }

  #users(delivery: RunDelivery, { missingUserSeconds = 0 }: RunView): Finding {
    const { askedUserSeconds: asked, undeliveredUserSeconds: undelivered } = delivery
    const value = undelivered / asked
    const broken = value > undeliveredLimit
    const why = broken ? `: ${reasonOf(delivery, missingUserSeconds)}` : ''
    return {
      outcome: broken ? 'broken' : 'passed',
      kind: this.kind,
      text: `user-seconds not delivered ≤ ${formatShare(undeliveredLimit)}: ${formatShare(value)} (${formatNumber(undelivered)} of ${formatNumber(asked)})${why}`,
      value,
      limit: undeliveredLimit,
    }
  }

  /** A hole, and all that was due in it at once afterwards: none is dropped, and it is not the load that was asked for. */
  #lateArrivals(): Finding[] {
    if (this.#late === 0) return []
    const value = this.#late / Math.max(1, this.#offered)
    const broken = value > lateLimit
    return [
      {
        outcome: broken ? 'broken' : 'passed',
        kind: this.kind,
        text: `arrivals started more than 1 s late ≤ ${formatShare(lateLimit)}: ${formatShare(value)} (${formatCount(this.#late)} of ${formatCount(this.#offered)})${broken ? `: ${lateWhy}` : ''}`,
        value,
        limit: lateLimit,
      },
    ]
  }

  #failedArrivals(): Finding[] {
    if (this.#failed === 0) return []
    const value = this.#failed / Math.max(1, this.#offered)
    const broken = value > failedLimit
    return [
      {
        outcome: broken ? 'broken' : 'passed',
        kind: this.kind,
        text: `arrivals that came to no task ≤ ${formatShare(failedLimit)}: ${formatShare(value)} (${formatCount(this.#failed)} of ${formatCount(this.#offered)})${broken ? ': the constructor or onStart of their users threw, or onStart did not end' : ''}`,
        value,
        limit: failedLimit,
      },
    ]
  }

  /** Arrivals that were due meanwhile may all be started afterwards, at once: none is dropped, and it is not the load that was asked for. */
  #standstill({ delivery }: RunView): Finding[] {
    if (!delivery || delivery.stoppedSeconds === 0) return []
    const { stoppedSeconds: stopped, workerSeconds: all } = delivery
    const value = stopped / all
    return [
      {
        outcome: value > undeliveredLimit ? 'broken' : 'passed',
        kind: this.kind,
        text: `seconds in which a worker stood still ≤ ${formatShare(undeliveredLimit)}: ${formatShare(value)} (${formatNumber(stopped)} of ${formatNumber(all)})`,
        value,
        limit: undeliveredLimit,
      },
    ]
  }

  #arrivals(run: RunView): Finding {
    const lost = run.lostArrivals ?? 0
    const { unreachedArrivals: unreached = 0, unreachedWhy = allEnded } = run.delivery ?? {}
    const dropped = this.#dropped + lost + unreached
    const offered = this.#offered + lost + unreached
    const value = dropped / Math.max(1, offered)
    const why =
      unreached > dropped / 2
        ? unreachedWhy
        : lost > dropped / 2
          ? 'lost workers, or a master that stood still, did not start them'
          : this.#late > dropped / 2
            ? `they were too late, or too many at once afterwards: ${lateWhy}`
            : 'no user was free, raise maxUsers or look at the target'
    const broken = value > droppedLimit
    return {
      outcome: broken ? 'broken' : 'passed',
      kind: this.kind,
      text: `arrivals dropped ≤ ${formatShare(droppedLimit)}: ${formatShare(value)} (${formatCount(dropped)} of ${formatCount(offered)})${broken ? `: ${why}` : ''}`,
      value,
      limit: droppedLimit,
    }
  }
}

const allEnded =
  'every user had ended (StopUser, or a failing onStart) before the end of the load; a run whose users end by themselves needs no run time'

/** What cost most of it. */
function reasonOf(delivery: RunDelivery, missing: number): string {
  const {
    undeliveredUserSeconds,
    stoppedUserSeconds,
    leftUserSeconds,
    unreachedUserSeconds,
    unreachedWhy,
    unbegunUserSeconds,
  } = delivery
  const reasons: [userSeconds: number, text: string][] = [
    [leftUserSeconds, 'users left (StopUser) before the end of the load'],
    [unreachedUserSeconds, unreachedWhy ?? allEnded],
    [
      unbegunUserSeconds,
      'users stayed in onStart without a request; where it only takes that long, let the run be longer',
    ],
    [missing, 'workers were lost'],
    [stoppedUserSeconds, 'a worker, or its machine, stood still'],
  ]
  const [most] = reasons.sort(([a], [b]) => b - a)
  return most && most[0] > undeliveredUserSeconds / 2
    ? most[1]
    : 'users started late or not at all; look for exceptions in onStart, fixedCount, and how busy the workers were'
}
