import type { MetricsPage } from '../../outputs/prometheus/metrics-page.ts'
import type { RunPublisher } from '../../outputs/published/published.ts'
import { json, type Reply, text } from './reply.ts'
import type { ServedFiles } from './served-files.ts'
import type { SharedBytes, VerdictPage } from './shared-bytes.ts'
import type { VerdictJobs } from './verdict-jobs.ts'

/** What the routes serve. */
export interface Served {
  /** Tells the runs of one master process from those of the next at the same address. */
  readonly run: string
  readonly publisher: RunPublisher
  readonly files: ServedFiles
  readonly metricsPage: MetricsPage
  readonly metricsBytes: SharedBytes
  readonly verdictPage: VerdictPage
  readonly verdictJobs: VerdictJobs
  /** Resolves when there is a verdict, the client has gone, the server closes or the time is over; at once if too many wait. */
  wait(seconds: number): Promise<void>
}

export type Route = (served: Served, query: URLSearchParams) => Reply | Promise<Reply>

/** The route of a path, which must match exactly. */
export function routeOf(path: string): Route | undefined {
  if (Object.hasOwn(routes, path)) return routes[path]
  const [, name] = /^\/files\/([^/]+)$/.exec(path) ?? []
  return name === undefined ? undefined : (served) => file(served, name)
}

const routes: Readonly<Record<string, Route>> = {
  '/': listing,
  '/healthz': () => text(200, 'ok'),
  '/verdict': verdict,
  '/metrics': metrics,
  '/result.json': result,
  '/files': files,
}

const mostWaitSeconds = 60
const uid = /^[\w-]{1,64}$/

/** 202 with the progress until there is a verdict, then 200 with the verdict. */
async function verdict(served: Served, query: URLSearchParams): Promise<Reply> {
  const { run, publisher, verdictPage, verdictJobs } = served
  const wait = Number(query.get('wait') ?? 0)
  if (!Number.isFinite(wait) || wait < 0) return text(400, 'wait must be a number of seconds: /verdict?wait=30')
  const job = query.get('job')
  if (job !== null && !uid.test(job)) return text(400, 'job must be the uid of a Job: /verdict?job=1a2b3c4d-…')
  if (!publisher.published && job !== null) verdictJobs.waits(job)
  if (!publisher.published && wait > 0) await served.wait(Math.min(wait, mostWaitSeconds))
  const { published } = publisher
  if (!published) return json(202, { run, ...publisher.progress })
  const repeats = job === null ? undefined : await verdictJobs.tell(job)
  // verdict and result in one answer: a master that does not stay may be gone before a second request
  return { status: 200, type: 'application/json', body: verdictPage.bytes(published, query.has('result'), repeats?.at) }
}

/** The version is that of the text format. */
const prometheusType = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }

async function metrics({ run, publisher, metricsPage, metricsBytes }: Served): Promise<Reply> {
  const exitCode = publisher.published?.verdict.exitCode
  const body = metricsBytes.of(await metricsPage.text({ run, state: publisher.progress.state, exitCode }))
  return { status: 200, type: 'text/plain', body, headers: prometheusType }
}

function result({ publisher }: Served): Reply {
  const { published } = publisher
  if (!published) return text(404, 'There is no result until the run is over. /verdict shows its state.')
  return { status: 200, type: 'application/json', body: published.resultText }
}

async function files({ publisher, files }: Served): Promise<Reply> {
  return publisher.published ? json(200, await files.names()) : notYet()
}

async function file({ publisher, files }: Served, encoded: string): Promise<Reply> {
  if (!publisher.published) return notYet()
  const name = decoded(encoded)
  const body = name === undefined ? undefined : await files.open(name)
  if (name === undefined || !body) return text(404, 'There is no such file. /files lists the files.')
  return { status: 200, type: typeOf(name), body }
}

/** Files are written during the run, and half a file would be taken for all of it. */
const notYet = () => text(404, 'There are no files until the run is over. /verdict shows its state.')

function decoded(name: string): string | undefined {
  try {
    return decodeURIComponent(name)
  } catch {
    return undefined
  }
}

function typeOf(name: string): Reply['type'] {
  if (name.endsWith('.csv')) return 'text/csv'
  if (name.endsWith('.xml')) return 'application/xml'
  if (name.endsWith('.html')) return 'text/html'
  return name.endsWith('.json') ? 'application/json' : 'text/plain'
}

function listing({ publisher }: Served): Reply {
  const { published, progress } = publisher
  const state = published ? published.line : `The run is ${progress.state}.`
  return text(
    200,
    `katydid master
${state}

GET /healthz      200 while this master is alive, whatever its run does
GET /verdict      202 and how far the run is, then 200 and the verdict; ?wait=30 waits for it, up to so many seconds
GET /metrics      the run's numbers so far, for Prometheus
GET /result.json  the whole run, when it is over
GET /files        names of the files that the run wrote (--json, --csv, --junit, --html), when it is over
GET /files/NAME   one of them`,
  )
}
