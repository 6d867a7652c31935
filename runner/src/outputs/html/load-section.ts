import type { WorkerReport } from '../../facts/run.ts'
import { formatBytes, formatCount, formatItems, formatNumber, formatPercent, formatSpan } from '../../stats/format.ts'
import { besidesInWords, droppedInWords, generatorInWords, usersInWords } from '../load-words.ts'
import type { Result } from '../result/result.ts'
import { type Html, html } from './markup.ts'
import { countCell, facts, table } from './table.ts'

const mostWorkers = 500

/** What was to be sent and what was, and how the generator itself did: what the latencies are worth. */
export function loadSection(result: Result): Html {
  const { workers } = result
  return html`<section id="load"><h2>Load and generator</h2>
${facts([
  ['users', usersInWords(result.users)],
  ['delivered', delivered(result)],
  ['arrivals', arrivalsOf(result)],
  ['traffic', traffic(result)],
  ['generator', generatorInWords(result.health)],
])}
${workers.length > 0 ? workerTable(workers) : html`<p>No worker joined.</p>`}
</section>`
}

function delivered({ load }: Result): string | undefined {
  if (!load || load.askedUserSeconds === 0) return undefined
  const { askedUserSeconds: asked, userSeconds: had, askedPeakUsers } = load
  return `${formatNumber(had)} of ${formatNumber(asked)} user-seconds (${formatPercent(had / asked)}), at most ${formatItems(askedPeakUsers, 'user')} asked for`
}

function arrivalsOf({ arrivals }: Result): string | undefined {
  if (!arrivals) return undefined
  return `${formatCount(arrivals.offered)} offered, ${formatCount(arrivals.started)} started, ${droppedInWords(arrivals)}`
}

function traffic({ totals }: Result): string {
  return [
    formatItems(totals.requests, 'request'),
    `${formatBytes(totals.bytes)} received`,
    ...besidesInWords(totals),
  ].join(', ')
}

/** Those that were missing first, where there are more than anybody reads. */
function workerTable(workers: readonly WorkerReport[]): Html {
  const shown =
    workers.length > mostWorkers
      ? workers.toSorted((a, b) => b.missingSeconds - a.missingSeconds).slice(0, mostWorkers)
      : workers
  const left = workers.length - shown.length
  return html`${table({
    caption: 'Workers; missing: how long the worker sent nothing',
    columns: [
      { title: 'worker' },
      { title: 'state' },
      ...['users', 'CPU max', 'memory max', 'missing'].map((title) => ({ title, numeric: true })),
    ],
    rows: shown.map(({ id, state, users, cpuPercentMax, rssBytesMax, missingSeconds }) => [
      id,
      state,
      countCell(users),
      { shown: `${formatNumber(cpuPercentMax)} %`, value: cpuPercentMax },
      { shown: formatBytes(rssBytesMax), value: rssBytesMax },
      { shown: missingSeconds > 0 ? formatSpan(missingSeconds * 1_000) : '0 s', value: missingSeconds },
    ]),
    sortable: true,
  })}${left > 0 ? html`<p class="note">${formatItems(left, 'worker')} more in result.json.</p>` : ''}`
}
