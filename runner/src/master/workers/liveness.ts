import { isSilent, type Patience, patienceOf } from '../../transport/silence.ts'
import type { Member, Roster } from './roster.ts'

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

export interface LivenessNews {
  missing(member: Member, silentMs: number): void
  released(member: Member): void
  back(member: Member, silentMs: number): void
  stuck(member: Member, silentMs: number): void
}

/** Who of the workers over a network has fallen silent, who was heard again, and who is heard but does not work. */
export class Liveness {
  readonly #roster: Roster
  readonly #limits: LivenessLimits
  readonly #news: LivenessNews
  #watchedAt: number | undefined

  constructor(roster: Roster, limits: LivenessLimits, news: LivenessNews) {
    this.#roster = roster
    this.#limits = limits
    this.#news = news
  }

  heard(member: Member, now = performance.now()): void {
    const silentMs = now - member.heardAt
    member.heardAt = now
    member.excused = 0
    if (member.state === 'missing') this.#news.back(member, silentMs)
  }

  watch(now = performance.now()): void {
    const { releaseMs, releaseUnleasedMs, stuckMs } = this.#limits
    const passedMs = now - (this.#watchedAt ?? now)
    this.#watchedAt = now
    // while this process was held up itself it heard nobody: what they said is still to be read
    const heldUpMs = passedMs > ownStallMs ? passedMs : 0
    for (const member of this.#roster.members) {
      if (member.kind === 'local' || member.state === 'stopped') continue
      if (heldUpMs > 0 && member.excused++ < mostExcuses) {
        member.heardAt = Math.min(now, member.heardAt + heldUpMs)
        member.reportAt = Math.min(now, member.reportAt + heldUpMs)
      }
      const silentMs = now - member.heardAt
      const { heardAt, roundTripMs } = member
      const isMissing = isSilent({ heardAt, roundTripMs, isCut: member.link.isCut ?? false }, this.#limits, now)
      if (isMissing && member.state !== 'missing') this.#news.missing(member, silentMs)
      // while it is not heard at all its reports are late, too
      const idleMs = member.heardAt - member.reportAt
      const works = !member.started || member.drained || member.stuck || idleMs < stuckMs + member.roundTripMs
      if (!works && member.isPresent) this.#news.stuck(member, idleMs)
      const released = silentMs >= (member.link.mayStillRun ? releaseUnleasedMs : releaseMs)
      if (released && !member.released && member.state === 'missing') this.#news.released(member)
    }
  }
}
