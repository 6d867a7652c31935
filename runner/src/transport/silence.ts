/** How long nothing may be heard of a worker that is taken to be there, beyond what the way to it and back takes. */
export interface Patience {
  missingMs: number
  /** The same where its connection is known to be gone. */
  cutMs: number
}

/** Longer than a way takes that becomes 3 s slow. */
export const usualPatienceMs = 8_000
/** As Locust: 3 to 4 heartbeats of a second. */
const usualCutMs = 4_000

/** `missingMs`: as somebody has said; left out: as usual. A connection that is gone needs no more than that. */
export function patienceOf(missingMs = usualPatienceMs): Patience {
  return { missingMs, cutMs: Math.min(missingMs, usualCutMs) }
}

/** What is known of a worker whose silence is judged. */
export interface Heard {
  heardAt: number
  isCut: boolean
  roundTripMs: number
}

/** It has been silent for longer than one that is there may be. */
export function isSilent({ heardAt, isCut, roundTripMs }: Heard, { missingMs, cutMs }: Patience, now: number): boolean {
  return now - heardAt >= (isCut ? cutMs : missingMs) + roundTripMs
}
