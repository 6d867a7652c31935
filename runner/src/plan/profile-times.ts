/** How long a step of so many users takes, ms. The plan refuses one that takes longer than its stage. */
export function stepTimeMs(users: number, perSecond: number | undefined): number {
  return perSecond === undefined ? 0 : (users / perSecond) * 1_000
}

/** From the begin of one calm to the begin of the next, ms. */
export function spikeCycleMs(plan: { after: number; rampUp: number; hold: number; rampDown: number }): number {
  return plan.after + plan.rampUp + plan.hold + plan.rampDown
}
