import { KatydidError } from '../errors.ts'
import type { Metric } from '../stats/aggregate.ts'
import { parseThreshold, type Threshold } from './threshold-grammar.ts'

type Subject = Pick<Threshold, 'name' | 'measure' | 'selector' | 'unit' | 'limit'>

/**
 * What is wrong with a threshold about a metric of this kind: a unit that the metric's numbers do not have would make the limit
 * another one. Undefined where nothing is.
 */
export function unitMistake(
  { name, measure, selector, unit, limit }: Subject,
  kind: Metric['kind'],
): string | undefined {
  const metric = `${name} is a ${kind}`
  if (measure.kind === 'latency') {
    if (kind !== 'trend') return undefined // then it is about requests of that name
    if (selector !== undefined) return `${metric}, but {${selector}} works only with requests`
    return unit === ''
      ? undefined
      : `${metric}, and its values have no unit: write the limit as a number without a unit`
  }
  if (measure.kind !== 'metric') return undefined
  if (kind !== 'rate')
    return unit === '%' ? `${metric}, but % works only with rates and checks: write a number without %` : undefined
  if (unit === '%' ? limit <= 1 : limit < 1) return undefined
  const meant = unit !== '' || limit > 100 ? '0% … 100%' : limit === 1 ? '1% or 100%' : `${limit}%`
  return `${metric}, from 0% to 100%: write ${meant}`
}

/** Refuses thresholds that do not fit the metrics that the load file declares. Throws a KatydidError with all of them. */
export function checkUnits(thresholds: readonly string[], kinds: ReadonlyMap<string, Metric['kind']>): void {
  const mistakes = thresholds.flatMap((text) => {
    const threshold = parseThreshold(text)
    const kind = threshold.name === undefined ? undefined : kinds.get(threshold.name)
    const mistake = kind && unitMistake(threshold, kind)
    return mistake ? [`bad threshold ${JSON.stringify(threshold.text)}: ${mistake}`] : []
  })
  const [first, ...others] = mistakes
  if (first === undefined) return
  if (others.length === 0) throw new KatydidError('PLAN', first)
  throw new KatydidError('PLAN', `${mistakes.length} bad thresholds`, { hint: mistakes.join('\n') })
}
