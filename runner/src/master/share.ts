/**
 * Splits counts of users by class over `workers` as evenly as whole users allow: dealt like cards, one class after the other,
 * so that neither a class nor the total is uneven by more than one.
 */
export function shareUsers(total: Record<string, number>, workers: number): Record<string, number>[] {
  const shares = Array.from({ length: workers }, (): Record<string, number> => ({}))
  let next = 0
  for (const [name, users] of Object.entries(total)) {
    const each = Math.floor(users / workers)
    for (const share of shares) share[name] = each
    for (let left = users - each * workers; left > 0; left--) {
      const share = shares[next] as Record<string, number>
      share[name] = (share[name] as number) + 1
      next = (next + 1) % workers
    }
  }
  return shares
}
