import type { LoadReport, RunFinish } from '../../facts/run.ts'
import type { RunEvent } from '../../facts/run-event.ts'
import { LoadRecord } from '../../outputs/load-record.ts'
import { Aggregate } from '../../stats/aggregate.ts'
import { addArrivals, noArrivals } from '../../stats/merge.ts'
import { SeriesStore } from '../../stats/series/series.ts'
import type { ArrivalCounts, RunInterval } from '../../stats/snapshot.ts'
import type { RunDelivery, RunView } from '../../verdict/criterion.ts'
import { LoadDelivery } from '../load/load-delivery.ts'

/** Everything the master keeps of a run. Criteria and outputs see it as `RunView`. */
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
  /** Of lost workers: what nobody has told of, and what was nobody's until others were given it. */
  missingUserSeconds = 0
  /** Arrivals that no worker has told of, because the one they were given to is lost. */
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

  /** Users × seconds asked for so far; 0 where a run asks for arrivals. */
  get userSeconds(): number {
    return this.delivery.askedUserSeconds
  }

  get delivery(): RunDelivery {
    return this.loadDelivery.report()
  }

  /** Arrivals that nobody was asked for any more, since the run ended early. */
  missArrivals(count: number): void {
    this.arrivals.offered += count
    this.arrivals.dropped += count
  }

  loseArrivals(count: number): void {
    this.lostArrivals = count
    this.arrivals.offered += count
    // also what a lost worker had said to be due, and not what became of it
    this.arrivals.dropped = this.arrivals.offered - this.arrivals.started
  }

  /** Forgets what was counted so far; the series and the events stay, since they say when it was. */
  reset(): void {
    this.all.reset()
    if (this.measured !== this.all) this.measured.reset()
    this.measuredMs = 0
  }

  /** What outputs are told of it at the end. */
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

/** Windows are of what was reported; how much of the whole was delivered is judged by `LoadDelivery`. */
function withTotals(load: LoadReport, { askedUserSeconds, undeliveredUserSeconds }: RunDelivery): LoadReport {
  return { ...load, askedUserSeconds, userSeconds: askedUserSeconds - undeliveredUserSeconds }
}
