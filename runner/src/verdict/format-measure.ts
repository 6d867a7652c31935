import { formatMs, formatNumber } from '../stats/format.ts'
import type { Figures } from './figures.ts'
import type { Threshold } from './threshold-grammar.ts'

/** A value as its threshold would write it. */
export function formatMeasure({ measure, limitIsRatio }: Threshold, value: number, figures?: Figures): string {
  if (measure.kind === 'latency') return figures?.metric?.kind === 'trend' ? formatNumber(value) : formatMs(value)
  if (measure.kind === 'rate') return `${formatNumber(value)}/s`
  if (limitIsRatio || figures?.metric?.kind === 'rate') return formatShare(value)
  return formatNumber(value)
}

/** In three digits, where tables have one after the point: a limit and what broke it must not look the same. */
export function formatShare(ratio: number): string {
  return `${formatNumber(ratio * 100)} %`
}
