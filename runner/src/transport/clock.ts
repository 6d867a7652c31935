/**
 * Epoch ms of a clock that nobody sets: what a run's moments are in, on all of its machines. `Date.now()` jumps when the machine's clock is set, and
 * moments taken before would be off by that.
 */
export function steadyNow(): number {
  return performance.timeOrigin + performance.now()
}
