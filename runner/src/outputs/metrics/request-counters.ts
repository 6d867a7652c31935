import type { RequestDelta } from '../../stats/snapshot.ts'
import { ClassicHistogram, latencyBounds } from './classic-histogram.ts'

/** A request group since the start of the run, whatever was reset since. */
export class RequestCounters {
  readonly method: string
  readonly name: string
  requests = 0
  failures = 0
  aborted = 0
  redirects = 0
  retries = 0
  bytes = 0
  /** Under way now, and how long the oldest has waited, ms. */
  waiting = 0
  oldestWaitMs = 0
  readonly duration = new ClassicHistogram(latencyBounds)
  /** From the intended start; only where the run has intended starts. */
  scheduled: ClassicHistogram | undefined

  constructor(method: string, name: string) {
    this.method = method
    this.name = name
  }

  wait(waiting: number, oldestWaitMs: number): void {
    this.waiting = waiting
    this.oldestWaitMs = oldestWaitMs
  }

  add({ ok, failed, scheduled, aborted, hops, retries, bytes }: RequestDelta): void {
    this.requests += ok.count + failed.count
    this.failures += failed.count
    this.aborted += aborted
    this.redirects += hops
    this.retries += retries ?? 0
    this.bytes += bytes
    this.duration.add(ok)
    this.duration.add(failed)
    if (scheduled) (this.scheduled ??= new ClassicHistogram(latencyBounds)).add(scheduled)
  }
}
