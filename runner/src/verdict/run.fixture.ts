import type { Finding } from '../facts/verdict.ts'
import { Aggregate } from '../stats/aggregate.ts'
import { Recorder } from '../stats/recorder.ts'
import type { ArrivalCounts, HealthSample, RunInterval, StatsDelta } from '../stats/snapshot.ts'
import type { Criterion, RunView } from './criterion.ts'

/** What happened in one second of a run that a test tells. */
export interface TestSecond {
  /** Latencies of answers, ms; `GET /a` by default. */
  ok?: number[]
  failed?: number[]
  /** Latencies from the intended start, ms. */
  scheduled?: number[]
  name?: string
  method?: string
  aborted?: number
  /** How long requests had waited that were given up, ms. */
  unanswered?: number[]
  /** How long requests have waited that are under way at the second's end, ms. */
  waiting?: number[]
  users?: number
  /** Latencies of requests that timed out, ms. */
  timeouts?: number[]
  exceptions?: number
  metrics?: StatsDelta['metrics']
  arrivals?: ArrivalCounts
  health?: HealthSample[]
  durationMs?: number
}

export const healthy: HealthSample = {
  loopDelayMeanMs: 0.1,
  loopDelayMaxMs: 1,
  cpuPercent: 10,
  gcMs: 0,
  rssBytes: 1e8,
  saturated: false,
}

export function intervalOf(second: number, given: TestSecond): RunInterval {
  const { ok = [], failed = [], scheduled = [], name = '/a', method = 'GET', aborted = 0, exceptions = 0 } = given
  const recorder = new Recorder()
  const meter = recorder.request(method, name)
  for (const ms of ok) meter.success(ms, Number.NaN, 1)
  for (const ms of given.unanswered ?? []) meter.abort(ms)
  for (const ms of given.timeouts ?? []) meter.failure(ms, Number.NaN, 0, 'late', 'timeout')
  for (const ms of given.waiting ?? []) meter.waits(ms)
  const waiting = recorder.takeWaiting()
  const stats = recorder.take()
  const failures = new Recorder()
  for (const ms of failed) failures.request(method, name).success(ms, Number.NaN, 1)
  const [bad] = failures.take().requests
  if (bad) {
    const [good] = stats.requests
    if (good) good.failed = bad.ok
    else stats.requests.push({ ...bad, failed: bad.ok, ok: { count: 0, sum: 0, min: 0, max: 0, buckets: [] } })
  }
  const fromIntended = new Recorder()
  for (const ms of scheduled) fromIntended.request(method, name).success(ms, ms, 1)
  const [late] = fromIntended.take().requests
  if (late?.scheduled && stats.requests[0]) stats.requests[0].scheduled = late.scheduled
  if (aborted > 0 && stats.requests[0]) stats.requests[0].aborted = aborted
  if (exceptions > 0)
    stats.exceptions.push({ message: 'Error: x', traceback: '', count: exceptions, firstSeen: 0, lastSeen: 0 })
  if (given.metrics) stats.metrics.push(...given.metrics)
  return {
    second,
    durationMs: given.durationMs ?? 1_000,
    at: 0,
    stats,
    users: {},
    userCount: given.users ?? 0,
    health: Object.fromEntries((given.health ?? [healthy]).map((sample, i) => [`w${i}`, sample])),
    ...(given.arrivals ? { arrivals: given.arrivals } : {}),
    ...(waiting.length > 0 ? { waiting } : {}),
  }
}

/** A run as criteria see it, second by second. */
export class TestRun implements RunView {
  readonly measured = new Aggregate()
  readonly all = new Aggregate()
  measuredMs = 0
  elapsedMs = 0
  readonly #warmupMs: number

  constructor(warmupMs = 0) {
    this.#warmupMs = warmupMs
  }

  /** Shows one second to the criteria; what they end the run with. */
  add(interval: RunInterval, criteria: readonly Criterion[] = []): Finding[] {
    this.all.merge(interval.stats)
    this.all.wait(interval.waiting ?? [])
    this.elapsedMs += interval.durationMs
    if (interval.second * 1_000 >= this.#warmupMs) {
      this.measured.merge(interval.stats)
      this.measured.wait(interval.waiting ?? [])
      this.measuredMs += interval.durationMs
    }
    return criteria.flatMap((criterion) => criterion.interval?.(interval, this) ?? [])
  }
}

/** All of a run at once: what each criterion finds in the end, after what it ended the run with. */
export function judge(criterion: Criterion, seconds: readonly TestSecond[], warmupMs = 0): Finding[] {
  const run = new TestRun(warmupMs)
  seconds.forEach((given, second) => {
    run.add(intervalOf(second, given), [criterion])
  })
  return criterion.conclude(run)
}
