import { type Finding, worstFirst } from '../../facts/verdict.ts'
import type { Result } from '../result/result.ts'
import { type Html, html } from './markup.ts'
import { type Cell, table } from './table.ts'

/** What was looked at, what it was, what it may be: the worst first. */
export function verdictSection({ verdict }: Result): Html {
  const findings = worstFirst(verdict.findings)
  const thresholds = findings.filter(({ kind }) => kind === 'threshold')
  const others = findings.filter(({ kind }) => kind !== 'threshold')
  return html`<section id="verdict"><h2>Verdict</h2>
${thresholds.length > 0 ? thresholdTable(thresholds) : html`<p>No threshold has a value.</p>`}
${others.length > 0 ? otherTable(others) : ''}
</section>`
}

function thresholdTable(findings: readonly Finding[]): Html {
  return table({
    caption: 'Thresholds: the limit, and the measured value',
    columns: [{ title: 'outcome' }, { title: 'threshold' }, { title: 'measured' }],
    rows: findings.map((finding) => {
      const { outcome, text, label = text, measured = '', endedRun, value } = finding
      const shown = endedRun ? `${measured} (ended the run)` : measured
      return [badge(outcome), label, value === undefined ? shown : { shown, value }]
    }),
    heads: 2,
  })
}

function otherTable(findings: readonly Finding[]): Html {
  return table({
    caption: 'Whether the run can be trusted',
    columns: [{ title: 'outcome' }, { title: 'criterion' }, { title: 'finding' }],
    rows: findings.map(({ outcome, kind, text }): Cell[] => [badge(outcome), kind, text]),
    heads: 2,
  })
}

function badge(outcome: Finding['outcome']): Html {
  return html`<span class="outcome ${outcome}">${outcome}</span>`
}
