import { ClassSequence, type Weighted } from '../profile/class-sequence.ts'

/** What spreading must know of a user class. */
export interface UserClassInfo {
  name: string
  weight: number
  fixedCount: number
}

/**
 * How many users of each class make up `total`: fixed counts first, then by weight, as Locust does it (dispatch.py,
 * `_kl_generator`): each next user is of the class that leaves the least Kullback–Leibler divergence from the weights. So a
 * higher total never lowers a class, and every total is as near to the weights as whole users allow.
 */
export function spreadUsers(total: number, classes: readonly UserClassInfo[]): Record<string, number> {
  const users: Record<string, number> = {}
  for (const { name } of classes) users[name] = 0
  const fixed = classes.filter((info) => info.fixedCount > 0)
  const fixedTotal = fixed.reduce((sum, info) => sum + info.fixedCount, 0)
  deal(
    Math.min(total, fixedTotal),
    fixed.map((info) => ({ name: info.name, weight: info.fixedCount })),
    users,
  )
  if (total > fixedTotal)
    deal(
      total - fixedTotal,
      classes.filter((info) => info.fixedCount <= 0),
      users,
    )
  return users
}

function deal(total: number, classes: readonly Weighted[], users: Record<string, number>): void {
  const chosen = classes.filter(({ weight }) => weight > 0)
  if (chosen.length === 0) return
  const counts = headStart(total, chosen)
  chosen.forEach(({ name }, i) => {
    users[name] = counts[i] as number
  })
  const sequence = new ClassSequence(chosen, counts)
  for (let left = total - counts.reduce((sum, count) => sum + count, 0); left > 0; left--) {
    const name = sequence.next() as string
    users[name] = (users[name] as number) + 1
  }
}

/**
 * Counts that dealing one by one comes past for certain, found by bisecting the gain at which `total` are dealt (gains of a class
 * only rise), so that 100,000 users cost what 10 do. One less than computed for each class, for the sake of rounding.
 */
function headStart(total: number, classes: readonly Weighted[]): number[] {
  /** How many of each class gain more than this: gain(weight, count) < level, solved for count. */
  const better = (level: number) =>
    classes.map(({ weight }) => Math.max(0, Math.ceil(-1 / Math.expm1((level / weight) * Math.LN2) - 1 - weight)))
  let low = -2 // no gain is below -1 / ln 2
  let high = -1e-15
  let counts = classes.map(() => 0)
  for (let i = 0; i < 80; i++) {
    const level = -Math.sqrt(low * high) // levels are near 1 / total: bisected by magnitude
    const here = better(level)
    if (here.reduce((sum, count) => sum + count, 0) <= total) {
      counts = here
      low = level
    } else high = level
  }
  return counts.map((count) => Math.max(0, count - 1))
}
