import { isSilent, type Patience, patienceOf } from '../../transport/silence.ts'
import type { Roster } from './roster.ts'
import type { WorkerRecord } from './worker-record.ts'

/** After how much silence a worker is missing, its users go to others, and so on. All in ms. */
export interface LivenessLimits extends Patience {
  /** Other workers get its users. By then it has stopped them itself, because its lease is 10 s. */
  releaseMs: number
  /** The same for a worker without a lease: Locust's workers run on until they have not heard their master for 60 s. */
  releaseUnleasedMs: number
  /** The run does not wait for a worker that is heard but has reported nothing for so long. */
  stuckMs: number
}

const releaseMs = 11_500
const releaseUnleasedMs = 62_000
const stuckMs = 5_000

/** `missingMs`: from the command line; no worker is given up sooner than that. Left out: the default. */
export function livenessLimits(missingMs?: number): LivenessLimits {
  const least = (ms: number) => Math.max(missingMs ?? 0, ms)
  return {
    ...patienceOf(missingMs),
    releaseMs: least(releaseMs),
    releaseUnleasedMs: least(releaseUnleasedMs),
    stuckMs: least(stuckMs),
  }
}

/** If so much passed between two looks, this process stood still: it looks several times a second. */
const ownStallMs = 1_000
/** A silence is excused so often: if this process is always late, that does not explain every silence. */
const mostExcuses = 5

export interface LivenessListener {
  missing(worker: WorkerRecord, silentMs: number): void
  released(worker: WorkerRecord): void
  back(worker: WorkerRecord, silentMs: number): void
  stuck(worker: WorkerRecord, silentMs: number): void
}

/** Watches workers over a network: which are silent, which are heard again, and which are heard but report nothing. */
export class Liveness {
  readonly #roster: Roster
  readonly #limits: LivenessLimits
  readonly #news: LivenessListener
  #watchedAt: number | undefined

  constructor(roster: Roster, limits: LivenessLimits, news: LivenessListener) {
    this.#roster = roster
    this.#limits = limits
    this.#news = news
  }

  heard(worker: WorkerRecord, now = performance.now()): void {
    const silentMs = now - worker.heardAt
    worker.heardAt = now
    worker.excused = 0
    if (worker.state === 'missing') this.#news.back(worker, silentMs)
  }

  watch(now = performance.now()): void {
    const { releaseMs, releaseUnleasedMs, stuckMs } = this.#limits
    const passedMs = now - (this.#watchedAt ?? now)
    this.#watchedAt = now
    // while this process stood still it could hear nobody; their messages are still to be read
    const heldUpMs = passedMs > ownStallMs ? passedMs : 0
    for (const worker of this.#roster.workers) {
      if (worker.kind === 'local' || worker.isGone) continue
      if (heldUpMs > 0 && worker.excused++ < mostExcuses) {
        worker.heardAt = Math.min(now, worker.heardAt + heldUpMs)
        worker.reportAt = Math.min(now, worker.reportAt + heldUpMs)
      }
      const silentMs = now - worker.heardAt
      const { heardAt, roundTripMs } = worker
      const isMissing = isSilent({ heardAt, roundTripMs, isCut: worker.link.isCut ?? false }, this.#limits, now)
      if (isMissing && worker.isPresent) this.#news.missing(worker, silentMs)
      // while it is not heard at all, its reports are late too
      const idleMs = worker.heardAt - worker.reportAt
      const works = !worker.started || worker.drained || worker.stuck || idleMs < stuckMs + worker.roundTripMs
      if (!works && worker.isPresent) this.#news.stuck(worker, idleMs)
      const released = silentMs >= (worker.link.mayStillRun ? releaseUnleasedMs : releaseMs)
      if (released && !worker.released && worker.state === 'missing') this.#news.released(worker)
    }
  }
}
