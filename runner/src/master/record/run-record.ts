import type { LoadReport, RunFinish } from '../../facts/run.ts'
import type { RunEvent } from '../../facts/run-event.ts'
import { LoadRecord } from '../../outputs/load-record.ts'
import { Aggregate } from '../../stats/aggregate.ts'
import { addArrivals, noArrivals } from '../../stats/merge.ts'
import { SeriesStore } from '../../stats/series/series.ts'
import type { ArrivalCounts, RunInterval } from '../../stats/snapshot.ts'
import type { RunDelivery, RunView } from '../../verdict/criterion.ts'
import { LoadDelivery } from '../load/load-delivery.ts'

/** Everything that the master keeps of a run. Criteria and outputs see it as `RunView`. */
export class RunRecord implements RunView {
  readonly all = new Aggregate()
  readonly measured: Aggregate
  readonly series = new SeriesStore()
  readonly load = new LoadRecord()
  readonly loadDelivery: LoadDelivery
  readonly events: RunEvent[] = []
  readonly arrivals: ArrivalCounts = noArrivals()
  measuredMs = 0
  elapsedMs = 0
  peakUsers = 0
  /** User-seconds of lost workers: what was not reported, and what nobody ran until others got the users. */
  missingUserSeconds = 0
  /** Arrivals that no worker reported, because the worker that had to make them is lost. */
  lostArrivals = 0
  usersByClass: Record<string, number> = {}
  openModel = false
  readonly #warmupMs: number

  /** `endless`: the load has no end of its own. */
  constructor(warmupMs: number, { endless = false } = {}) {
    this.#warmupMs = warmupMs
    this.loadDelivery = new LoadDelivery({ endless })
    this.measured = warmupMs > 0 ? new Aggregate() : this.all
  }

  add(interval: RunInterval): void {
    const { waiting = [] } = interval
    this.all.merge(interval.stats)
    this.all.wait(waiting)
    const startMs = interval.second * 1_000
    this.elapsedMs = Math.max(this.elapsedMs, startMs + interval.durationMs)
    if (startMs >= this.#warmupMs) {
      this.measuredMs += interval.durationMs
      if (this.measured !== this.all) {
        this.measured.merge(interval.stats)
        this.measured.wait(waiting)
      }
    }
    this.series.add(interval)
    this.load.add(interval)
    for (const [name, users] of Object.entries(interval.users))
      this.usersByClass[name] = Math.max(this.usersByClass[name] ?? 0, users)
    this.peakUsers = Math.max(this.peakUsers, interval.userCount)
    if (!interval.arrivals) return
    this.openModel = true
    addArrivals(this.arrivals, interval.arrivals)
  }

  /** User-seconds asked for so far; 0 in a run that asks for arrivals. */
  get userSeconds(): number {
    return this.delivery.askedUserSeconds
  }

  get delivery(): RunDelivery {
    return this.loadDelivery.report()
  }

  /** Counts arrivals that were never ordered because the run ended early. */
  missArrivals(count: number): void {
    this.arrivals.offered += count
    this.arrivals.dropped += count
  }

  loseArrivals(count: number): void {
    this.lostArrivals = count
    this.arrivals.offered += count
    // including arrivals that a lost worker announced without saying what became of them
    this.arrivals.dropped = this.arrivals.offered - this.arrivals.started
  }

  /** Forgets the counts so far. The series and the events stay, since they have times. */
  reset(): void {
    this.all.reset()
    if (this.measured !== this.all) this.measured.reset()
    this.measuredMs = 0
  }

  /** What outputs get at the end. */
  report(): Pick<RunFinish, 'stats' | 'series' | 'events' | 'users' | 'load' | 'arrivals'> {
    const load = this.load.report()
    return {
      stats: this.all,
      series: this.series,
      events: this.events,
      users: { peak: this.peakUsers, byClass: this.usersByClass },
      ...(load ? { load: withTotals(load, this.loadDelivery.report()) } : {}),
      ...(this.openModel ? { arrivals: this.arrivals } : {}),
    }
  }
}

/** Windows show what was reported. How much of the whole load was delivered is what `LoadDelivery` says. */
function withTotals(load: LoadReport, { askedUserSeconds, undeliveredUserSeconds }: RunDelivery): LoadReport {
  return { ...load, askedUserSeconds, userSeconds: askedUserSeconds - undeliveredUserSeconds }
}
