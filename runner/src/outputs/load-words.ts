import { formatCount, formatItems } from '../stats/format.ts'
import type { RunFinish } from './output.ts'

/** The most users there were, and of which classes. */
export function usersInWords({ peak, byClass }: RunFinish['users']): string {
  const classes = Object.entries(byClass).map(([name, count]) => `${name} ${formatCount(count)}`)
  return `peak ${formatCount(peak)}${classes.length > 0 ? ` (${classes.join(', ')})` : ''}`
}

/** What was sent besides answered requests, where there was any. */
export function besidesInWords({ hops, aborted }: { hops: number; aborted: number }): string[] {
  return [
    ...(hops > 0 ? [formatItems(hops, 'redirect')] : []),
    ...(aborted > 0 ? [`${formatCount(aborted)} aborted by the end of the run`] : []),
  ]
}
