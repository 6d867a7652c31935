/** How long a worker may be silent before it is missing, in addition to its round trip. */
export interface Patience {
  missingMs: number
  /** The same if its connection is known to be gone. */
  cutMs: number
}

/** Long enough for a network that suddenly becomes 3 s slow. */
export const usualPatienceMs = 8_000
/** As in Locust: 3 to 4 heartbeats, one a second. */
const usualCutMs = 4_000

/** `missingMs`: as configured. Left out: the default. A closed connection never gets more than that. */
export function patienceOf(missingMs = usualPatienceMs): Patience {
  return { missingMs, cutMs: Math.min(missingMs, usualCutMs) }
}

/** What is known of a silent worker. */
export interface Heard {
  heardAt: number
  isCut: boolean
  roundTripMs: number
}

/** Whether it has been silent for too long to be there. */
export function isSilent({ heardAt, isCut, roundTripMs }: Heard, { missingMs, cutMs }: Patience, now: number): boolean {
  return now - heardAt >= (isCut ? cutMs : missingMs) + roundTripMs
}
