import { formatItems, formatMs, formatNumber, formatSpan } from '../stats/format.ts'
import type { Figures, Measured } from './figures.ts'
import type { Threshold } from './threshold-grammar.ts'

/** A value as its threshold would write it. */
function formatMeasure({ measure, limitIsRatio }: Threshold, value: number, figures?: Figures): string {
  if (measure.kind === 'latency') return figures?.metric?.kind === 'trend' ? formatNumber(value) : formatMs(value)
  if (measure.kind === 'rate') return `${formatNumber(value)}/s`
  if (limitIsRatio || figures?.metric?.kind === 'rate') return formatShare(value)
  return formatNumber(value)
}

/** A value and what belongs to it: that it may be more, and who was not answered. */
export function formatMeasured(threshold: Threshold, { value, atLeast }: Measured, figures: Figures): string {
  const text = `${atLeast ? '≥ ' : ''}${formatMeasure(threshold, value, figures)}`
  const { unanswered } = figures
  if (!unanswered || unanswered.overdue === 0) return text
  const { overdue, oldestMs, answered } = unanswered
  const meanwhile = answered > 0 ? `${formatItems(answered, 'answer')} meanwhile` : 'no answer meanwhile'
  return `${text} (${formatItems(overdue, 'request')} without an answer, the oldest for ${formatSpan(oldestMs)}, ${meanwhile})`
}

/** In three digits, where tables have one after the point: a limit and what broke it must not look the same. */
export function formatShare(ratio: number): string {
  return `${formatNumber(ratio * 100)} %`
}
