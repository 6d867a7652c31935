import { createHash } from 'node:crypto'
import { formatSpan } from '../../stats/format.ts'
import { chartFigure } from './chart-figure.ts'
import { chartsOf } from './charts.ts'
import { errorsSection } from './errors-section.ts'
import { eventsSection } from './events-section.ts'
import { loadSection } from './load-section.ts'
import { Html, html } from './markup.ts'
import { metricsSection } from './metrics-section.ts'
import type { Report } from './report.ts'
import { requestsSection } from './requests-section.ts'
import { script } from './script.ts'
import { settingsSection } from './settings-section.ts'
import { style } from './style.ts'
import { facts } from './table.ts'
import { leastSeconds, timeAxisOf } from './time-axis.ts'
import { verdictSection } from './verdict-section.ts'

/** A run as one page that needs nothing but itself: it asks for nothing over the network, and runs no script but its own. */
export function pageOf(report: Report): string {
  const { result, headline, profile } = report
  const { verdict, plan, startedAt, durationMs } = result
  const file = plan?.file ?? 'a run'
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="${policy}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<meta name="generator" content="katydid ${result.katydid}"/>
<title>${verdict.outcome.toUpperCase()} — ${file} — Katydid</title>
<style>${new Html(style)}</style>
</head>
<body>
<header>
<h1>${file}</h1>
<p class="headline ${verdict.outcome}">${headline}</p>
${facts([
  ['host', plan?.host],
  ['profile', profile],
  ['started', html`<time datetime="${startedAt}">${startedAt}</time>`],
  ['took', formatSpan(durationMs)],
])}
<nav aria-label="Parts of the report"><ul>${parts(report).map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>
<main>
${verdictSection(result)}
${chartsSection(report)}
${requestsSection(result)}
${errorsSection(result)}
${metricsSection(result)}
${loadSection(result)}
${eventsSection(result)}
${settingsSection(report)}
</main>
<footer><p class="note">Written by katydid ${result.katydid}. The numbers are those of result.json.</p></footer>
<script>${new Html(script)}</script>
</body>
</html>
`.text
}

function parts({ result: { metrics } }: Report): [id: string, title: string][] {
  const hasMetrics = Object.keys(metrics).length > 0
  return [
    ['verdict', 'Verdict'],
    ['time', 'Over time'],
    ['requests', 'Requests'],
    ['failures', 'Failures'],
    ['exceptions', 'Exceptions'],
    ...(hasMetrics ? [['metrics', 'Checks and metrics'] as [string, string]] : []),
    ['load', 'Load and generator'],
    ['events', 'Events'],
    ['settings', 'Settings'],
  ]
}

function chartsSection(report: Report): Html {
  const time = timeAxisOf(report.result)
  const charts = time.endSeconds >= leastSeconds ? chartsOf(report) : []
  return html`<section id="time"><h2>Over time</h2>
${charts.length > 0 && report.result.events.length > 0 ? html`<p class="note">Numbers at the top of a chart are <a href="#events">events</a>.</p>` : ''}
${charts.length > 0 ? charts.map(({ id, chart }) => chartFigure(chart, id, time)) : html`<p>The run is too short for charts.</p>`}
</section>`
}

/** Only this style and this script, by their content: what else might get into the page, by whatever way, does nothing. */
const policy = [
  "default-src 'none'",
  `style-src '${hashOf(style)}'`,
  `script-src '${hashOf(script)}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
