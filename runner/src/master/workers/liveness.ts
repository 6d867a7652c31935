import { isSilent, type Patience, patienceOf } from '../../transport/silence.ts'
import type { Roster } from './roster.ts'
import type { WorkerRecord } from './worker-record.ts'

/** Who has been silent for longer than its patience is missing. */
export interface LivenessLimits extends Patience {
  /** After so long its users are others': by then it has stopped them itself, its lease being 10 s. */
  releaseMs: number
  /** The same for one that may run on, since it knows no lease: Locust's workers leave when they have not heard their master for 60 s. */
  releaseUnleasedMs: number
  /** One that is heard and has reported nothing for so long is not waited for. */
  stuckMs: number
}

const releaseMs = 11_500
const releaseUnleasedMs = 62_000
const stuckMs = 5_000

/** `missingMs`: as somebody has said, and then nobody is given up sooner; left out: as usual. */
export function livenessLimits(missingMs?: number): LivenessLimits {
  const least = (ms: number) => Math.max(missingMs ?? 0, ms)
  return {
    ...patienceOf(missingMs),
    releaseMs: least(releaseMs),
    releaseUnleasedMs: least(releaseUnleasedMs),
    stuckMs: least(stuckMs),
  }
}

/** Between two looks, of which there are several a second. */
const ownStallMs = 1_000
/** Where this process is always late, that does not explain everything. */
const mostExcuses = 5

export interface LivenessListener {
  missing(worker: WorkerRecord, silentMs: number): void
  released(worker: WorkerRecord): void
  back(worker: WorkerRecord, silentMs: number): void
  stuck(worker: WorkerRecord, silentMs: number): void
}

/** Who of the workers over a network has fallen silent, who was heard again, and who is heard but does not work. */
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
    // while this process was held up itself it heard nobody: what they said is still to be read
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
      // while it is not heard at all its reports are late, too
      const idleMs = worker.heardAt - worker.reportAt
      const works = !worker.started || worker.drained || worker.stuck || idleMs < stuckMs + worker.roundTripMs
      if (!works && worker.isPresent) this.#news.stuck(worker, idleMs)
      const released = silentMs >= (worker.link.mayStillRun ? releaseUnleasedMs : releaseMs)
      if (released && !worker.released && worker.state === 'missing') this.#news.released(worker)
    }
  }
}
