import type { RunStart } from '../../facts/run.ts'
import type { RunEvent } from '../../facts/run-event.ts'
import { formatDuration } from '../../plan/duration.ts'
import type { Redact } from '../../redact.ts'
import type { Aggregate } from '../../stats/aggregate.ts'
import type { RunInterval } from '../../stats/snapshot.ts'
import { profileInWords } from '../profile-words.ts'
import { RecentIntervals } from '../recent.ts'

/** Seconds that "now" is made of on the console. */
export const nowSeconds = 5

/** What the console shows of a run under way. */
export class RunView {
  readonly title: string
  readonly stats: Aggregate
  readonly durationMs: number | undefined
  readonly recent: RecentIntervals
  readonly events: RunEvent[] = []
  /** Of the newest interval. */
  elapsedMs = 0
  users = 0
  targetUsers: number | undefined
  saturated = false
  dropped = 0
  openModel = false

  readonly redact: Redact

  constructor(run: RunStart, redact: Redact, recent = new RecentIntervals(nowSeconds)) {
    this.redact = redact
    this.title = titleOf(run, redact)
    this.stats = run.stats
    this.durationMs = run.durationMs
    this.recent = recent
  }

  add(interval: RunInterval): void {
    this.recent.add(interval)
    this.elapsedMs = interval.second * 1_000 + interval.durationMs
    this.users = interval.userCount
    this.targetUsers = interval.targetUsers
    this.saturated = Object.values(interval.health).some(({ saturated }) => saturated)
    if (!interval.arrivals) return
    this.openModel = true
    this.dropped += interval.arrivals.dropped
  }

  event(event: RunEvent): void {
    this.events.push(event)
    if (this.events.length > 20) this.events.shift()
  }
}

function titleOf({ plan }: RunStart, redact: Redact): string {
  const host = plan.host === undefined ? '' : ` → ${redact(plan.host)}`
  const warmup = plan.warmup > 0 ? `, warm-up ${formatDuration(plan.warmup)}` : ''
  return `katydid ${redact(plan.file)}${host}, ${profileInWords(plan.profile, redact)}${warmup}`
}
