import { measuredFinding } from '../facts/finding.ts'
import type { Finding } from '../facts/verdict.ts'
import { formatCount, formatNumber } from '../stats/format.ts'
import { addArrivals, noArrivals } from '../stats/merge.ts'
import type { ArrivalCounts, RunInterval } from '../stats/snapshot.ts'
import type { Criterion, RunDelivery, RunView } from './criterion.ts'
import { formatShare } from './format-measure.ts'

const undeliveredLimit = 0.01
const droppedLimit = 0.01
const lateLimit = 0.01
const failedLimit = 0.01
/** A busy machine gives a process no time for a moment now and then: less is no standstill. */
const pausedLimit = 0.1
const leastPausedSeconds = 1

const failedWhy = 'the constructor or onStart of their users threw an error, or onStart did not end'
const lateWhy = 'a worker or its machine was too busy or did not run for a moment, or orders from the master came late'

/** Whether the load that was asked for happened at all, and all of it. */
export class Delivery implements Criterion {
  readonly kind = 'delivery'
  /** Open model only. */
  #counted: ArrivalCounts | undefined

  interval({ arrivals }: RunInterval): undefined {
    if (!arrivals) return
    this.#counted ??= noArrivals()
    addArrivals(this.#counted, arrivals)
  }

  conclude(run: RunView): Finding[] {
    const findings: Finding[] = []
    if (run.all.total.requests === 0)
      findings.push({
        outcome: 'broken',
        kind: this.kind,
        text: 'nothing completed: no request was answered, and none failed',
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
    if (this.#counted) findings.push(...this.#arrivals(this.#counted, run), ...this.#standstill(run))
    else if (run.delivery && run.delivery.askedUserSeconds > 0) findings.push(this.#users(run.delivery, run))
    findings.push(...this.#pauses(run))
    return findings
  }

  /** Each too short to count as a stall, and all together a good part of the run. */
  #pauses({ delivery }: RunView): Finding[] {
    if (!delivery || delivery.pausedSeconds < leastPausedSeconds) return []
    const { pausedSeconds: part, workerSeconds: all } = delivery
    const what = 'time in which workers stopped for less than 1 s'
    const why = 'the process was suspended or got no CPU'
    const finding = judged({ what, limit: pausedLimit, part, all, format: formatNumber, unit: ' s', why })
    return finding.outcome === 'broken' ? [finding] : []
  }

  #users(delivery: RunDelivery, { missingUserSeconds = 0 }: RunView): Finding {
    const { askedUserSeconds: all, undeliveredUserSeconds: part } = delivery
    const why = reasonOf(delivery, missingUserSeconds)
    return judged({ what: 'user-seconds not delivered', limit: undeliveredLimit, part, all, format: formatNumber, why })
  }

  /** Arrivals that were due meanwhile may all be started afterwards, at once: none is dropped, and it is not the load that was asked for. */
  #standstill({ delivery }: RunView): Finding[] {
    if (!delivery || delivery.stoppedSeconds === 0) return []
    const { stoppedSeconds: part, workerSeconds: all } = delivery
    const what = 'seconds in which a worker stopped'
    return [judged({ what, limit: undeliveredLimit, part, all, format: formatNumber })]
  }

  #arrivals({ offered, dropped, late = 0, failed = 0 }: ArrivalCounts, run: RunView): Finding[] {
    const lost = run.lostArrivals ?? 0
    const { unreachedArrivals: unreached = 0, unreachedWhy = allEnded } = run.delivery ?? {}
    const part = dropped + lost + unreached
    const why =
      unreached > part / 2
        ? unreachedWhy
        : lost > part / 2
          ? 'a worker was lost, or the master stopped for a time, and did not start them'
          : late > part / 2
            ? `they came late, or too many came at once: ${lateWhy}`
            : 'no user was free: raise maxUsers, or check the target'
    const of = (what: string, limit: number, part: number, all: number, why: string) =>
      judged({ what, limit, part, all, format: formatCount, why })
    return [
      of('arrivals dropped', droppedLimit, part, offered + lost + unreached, why),
      // a hole, and all that was due in it at once afterwards: none is dropped, and it is not the load that was asked for
      ...(late > 0 ? [of('arrivals started more than 1 s late', lateLimit, late, offered, lateWhy)] : []),
      ...(failed > 0 ? [of('arrivals that started no task', failedLimit, failed, offered, failedWhy)] : []),
    ]
  }
}

interface Judged {
  what: string
  limit: number
  part: number
  all: number
  format(value: number): string
  unit?: string
  /** Said where it is broken. */
  why?: string
}

/** A part of a whole against its limit. */
function judged({ what, limit, part, all, format, unit = '', why }: Judged): Finding {
  const value = part / (all || 1)
  const broken = value > limit
  return measuredFinding({
    outcome: broken ? 'broken' : 'passed',
    kind: 'delivery',
    label: `${what} ≤ ${formatShare(limit)}`,
    measured: `${formatShare(value)} (${format(part)} of ${format(all)}${unit})`,
    ...(broken && why !== undefined ? { why } : {}),
    value,
    limit,
  })
}

const allEnded =
  'every user ended (StopUser, or a failing onStart) before the end of the load. If users end by themselves, set no run time'

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
    [leftUserSeconds, 'users ended (StopUser) before the end of the load'],
    [unreachedUserSeconds, unreachedWhy ?? allEnded],
    [
      unbegunUserSeconds,
      'users stayed in onStart without a request. If onStart needs this time, use a longer run time',
    ],
    [missing, 'workers were lost'],
    [stoppedUserSeconds, 'a worker or its machine stopped for a time'],
  ]
  const [most] = reasons.sort(([a], [b]) => b - a)
  return most && most[0] > undeliveredUserSeconds / 2
    ? most[1]
    : 'users started late or not at all: check for exceptions in onStart, check fixedCount, and check how busy the workers were'
}
