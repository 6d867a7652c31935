/**
 * Locust's rounding of response times: whole ms below 100, then two digits, thousands from 10,000. Halves go to the even multiple, as Python
 * rounds.
 */
export function roundResponseTime(ms: number): number {
  if (ms < 100) return nearest(ms, 1)
  if (ms < 1_000) return nearest(ms, 10)
  if (ms < 10_000) return nearest(ms, 100)
  return nearest(ms, 1_000)
}

/** By the remainder, which is exact: what a division makes of 114.99999999999999 is a half. */
function nearest(ms: number, unit: number): number {
  const over = ms % unit
  const below = ms - over
  if (over * 2 !== unit) return over * 2 > unit ? below + unit : below
  return (below / unit) % 2 === 0 ? below : below + unit
}
