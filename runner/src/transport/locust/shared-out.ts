/**
 * `total` shared out in the proportion of `counts`, in whole numbers that add up to it. Each share follows from all counts up to its own, so
 * that no end gets more than the other; where `total` is no more than all counts, no share is more than its count. Exact while the product of
 * both is below 2^52.
 */
export function sharedOut(counts: readonly number[], total: number): number[] {
  const all = counts.reduce((sum, count) => sum + count, 0)
  const half = Math.floor(all / 2)
  let upTo = 0
  let given = 0
  return counts.map((count) => {
    upTo += count
    const due = Math.floor((upTo * total + half) / all)
    const share = due - given
    given = due
    return share
  })
}
