import type { RunPlan } from './run-plan.ts'

/**
 * Names of requests and metrics that thresholds may be about. They are kept apart however many other names there are: where a worker counted
 * some of them as `(other)`, a threshold would judge the rest. Names may have colons, so that each part before one may be the name.
 */
export function keptNames({ thresholds }: Pick<RunPlan, 'thresholds'>): ReadonlySet<string> {
  const names = new Set<string>()
  for (const { that } of thresholds) {
    // of a metric: "lost < 5"
    names.add(unquoted(that.replace(/[<>=][^<>=]*$/, '').replace(/[<>=]$/, '')))
    for (let at = that.indexOf(':'); at >= 0; at = that.indexOf(':', at + 1)) {
      const name = unquoted(that.slice(0, at))
      names.add(name)
      // `GET /cart`, or `/cart` of any method
      names.add(name.replace(/^\S+\s+/, ''))
    }
  }
  return names
}

function unquoted(text: string): string {
  return text.trim().replace(/^"(.*)"$/s, '$1')
}
