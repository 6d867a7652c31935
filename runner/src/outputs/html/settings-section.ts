import { formatDuration } from '../../plan/duration.ts'
import { formatRate } from '../../plan/rate.ts'
import { jsonText } from '../json/json-text.ts'
import { cut, type Html, html } from './markup.ts'
import type { Report } from './report.ts'
import { facts } from './table.ts'

/** Thousands of stages or parameters are for programs. */
const longestPlan = 50_000

/** What the run was told to do. */
export function settingsSection({ result: { plan }, profile }: Report): Html {
  if (!plan) return html`<section id="settings"><h2>Settings</h2><p>The run ended before it had a plan.</p></section>`
  const { maxRps } = plan.guard
  return html`<section id="settings"><h2>Settings</h2>
${facts([
  ['load file', plan.file],
  ['host', plan.host],
  ['profile', profile],
  ['user classes', plan.userClasses.join(', ')],
  ['tags', plan.tags.join(', ')],
  ['without tags', plan.excludeTags.join(', ')],
  ['warm-up', plan.warmup > 0 ? `${formatDuration(plan.warmup)}, ignored by thresholds` : undefined],
  ['stop timeout', formatDuration(plan.stopTimeout)],
  ['limit', maxRps === undefined ? undefined : `${formatRate(maxRps)} requests`],
  ['workers', plan.workers.count],
  [
    'connections',
    `${plan.http.connections === 'user' ? 'each user has its own' : 'shared'}${plan.http.http2 ? ', HTTP/2' : ''}`,
  ],
  ['parameters', parameters(plan.params)],
])}
<details><summary>The whole plan, as result.json has it: times in ms, rates per second</summary>
<pre tabindex="0">${cut(jsonText(plan), longestPlan)}</pre>
</details>
</section>`
}

function parameters(params: Readonly<Record<string, string | number | boolean>>): Html | undefined {
  const all = Object.entries(params)
  if (all.length === 0) return undefined
  return html`<ul>${all.slice(0, 100).map(([name, value]) => html`<li>${cut(`${name} = ${value}`, 500)}</li>`)}</ul>`
}
