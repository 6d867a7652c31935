import type { Chart } from './chart.ts'
import { cpu, loopDelay } from './generator-charts.ts'
import { arrivals, busyUsers, users } from './load-charts.ts'
import type { Report } from './report.ts'
import { latency, latencyOfNames, rates, ratesOfNames } from './series-charts.ts'

/** All charts of a run, each with an id for the page. */
export function chartsOf({ result, stretches }: Report): { id: string; chart: Chart }[] {
  const [total, ...names] = result.series
  const charts: Record<string, Chart | undefined> = {
    rates: total && rates(total, result),
    latency: total && latency(total, result),
    load: result.arrivals ? arrivals(stretches) : users(result),
    busy: result.arrivals && busyUsers(stretches),
    cpu: cpu(stretches),
    loop: loopDelay(stretches),
    'rates-of-names': names.length > 1 ? ratesOfNames(names, result) : undefined,
    'latency-of-names': names.length > 1 ? latencyOfNames(names, result) : undefined,
  }
  return Object.entries(charts).flatMap(([id, chart]) => (chart ? { id: `chart-${id}`, chart } : []))
}
