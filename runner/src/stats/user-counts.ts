/** Users by class. */
export type UserCounts = Readonly<Record<string, number>>

/** Users of all classes. */
export function totalUsers(users: UserCounts): number {
  return Object.values(users).reduce((sum, count) => sum + count, 0)
}
