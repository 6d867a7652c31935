import type { RunPlan } from '../../plan/run-plan.ts'
import { withoutCredentials } from '../../plan/without-credentials.ts'
import { version } from '../../version.ts'
import { type RunState, runStates } from '../run-progress.ts'
import type { MetricFamilies, Sample } from './metric-families.ts'
import type { RunCounters } from './run-counters.ts'

/** What is known of a run even where it has no numbers: it is being prepared, or broke before its start. */
export interface RunStatus {
  /** Tells this run from the next one at the same address. */
  run: string
  state: RunState
  /** The verdict's, once there is one. */
  exitCode: number | undefined
}

/** A run that has numbers. */
export interface CountedRun {
  plan: RunPlan | null
  counters: RunCounters
}

/** Every metric of a run: base units, and names as Prometheus wants them. */
export function tellRun(families: MetricFamilies, status: RunStatus, counted: CountedRun | undefined): void {
  aboutRun(families, status, counted)
  if (!counted) return
  const { counters } = counted
  aboutRequests(families, counters)
  aboutUsers(families, counters)
  aboutMetrics(families, counters)
  aboutGenerator(families, counters)
}

function aboutRun(families: MetricFamilies, { run, state, exitCode }: RunStatus, counted?: CountedRun): void {
  const { plan, counters } = counted ?? {}
  const about = {
    run,
    version: version(),
    ...(plan ? { file: plan.file, profile: plan.profile.kind } : {}),
    ...(plan?.host === undefined ? {} : { host: withoutCredentials(plan.host) }),
  }
  families.gauge('katydid_run_info', 'What runs: always 1.', [[about, 1]])
  const states = runStates.map((name): Sample => [{ state: name }, name === state ? 1 : 0])
  families.gauge('katydid_run_state', 'State of the run: 1 for the current state.', states)
  families.gauge('katydid_run_verdict', '0 passed, 1 failed, 2 broken. Missing until the run is over.', one(exitCode))
  const seconds = (ms: number | undefined) => one(ms === undefined ? undefined : ms / 1_000)
  families.gauge(
    'katydid_run_start_time_seconds',
    'Start of the run, in seconds since the epoch.',
    seconds(counters?.startedAt),
  )
  families.gauge(
    'katydid_run_planned_seconds',
    'Duration of the load profile, if it has an end.',
    seconds(counters?.durationMs),
  )
  families.counter('katydid_events_total', 'Events of the run, such as worker_lost.', by('kind', counters?.events))
}

function aboutRequests(families: MetricFamilies, { requests, errors, exceptions }: RunCounters): void {
  const groups = [...requests.values()].map((group) => [{ method: group.method, name: group.name }, group] as const)
  const counter = (name: string, help: string, of: (group: (typeof groups)[number][1]) => number) =>
    families.counter(
      name,
      help,
      groups.map(([labels, group]): Sample => [labels, of(group)]),
    )
  counter('katydid_requests_total', 'Requests that ended, successful and failed.', (group) => group.requests)
  counter('katydid_request_failures_total', 'Failed requests.', (group) => group.failures)
  counter('katydid_requests_aborted_total', 'Requests that were aborted before a response.', (group) => group.aborted)
  const gauge = (name: string, help: string, of: (group: (typeof groups)[number][1]) => number) =>
    families.gauge(
      name,
      help,
      groups.map(([labels, group]): Sample => [labels, of(group)]),
    )
  gauge('katydid_requests_waiting', 'Requests that have no response yet.', (group) => group.waiting)
  gauge(
    'katydid_request_oldest_wait_seconds',
    'Time since the oldest request without a response was sent.',
    (group) => group.oldestWaitMs / 1_000,
  )
  counter('katydid_redirects_total', 'Redirects that requests followed.', (group) => group.redirects)
  counter(
    'katydid_retries_total',
    'Requests sent again, because the target had closed the idle connection.',
    (group) => group.retries,
  )
  counter('katydid_response_bytes_total', 'Bytes of response bodies, as received.', (group) => group.bytes)
  families.histogram(
    'katydid_request_duration_seconds',
    'Time from sending the request to the end of the response.',
    groups.map(([labels, { duration }]) => [labels, duration] as const),
    1_000,
  )
  families.histogram(
    'katydid_request_scheduled_duration_seconds',
    'Time from the planned start of the request to the end of the response.',
    groups.flatMap(([labels, { scheduled }]) => (scheduled ? [[labels, scheduled] as const] : [])),
    1_000,
  )
  families.counter('katydid_errors_total', 'Failed requests by error.', by('error', errors))
  families.counter('katydid_exceptions_total', 'Exceptions that the load file threw.', by('exception', exceptions))
}

function aboutUsers(families: MetricFamilies, { users, askedUsers, workers, arrivals }: RunCounters): void {
  families.gauge('katydid_users', 'Users that are running.', by('user_class', users))
  families.gauge('katydid_users_asked', 'Users that the profile asks for.', one(askedUsers))
  families.gauge('katydid_workers', 'Workers by state.', by('state', workers))
  const { offered, started, dropped } = arrivals ?? {}
  families.counter('katydid_arrivals_offered_total', 'Iterations that the profile asked for.', one(offered))
  families.counter('katydid_arrivals_started_total', 'Iterations that were started.', one(started))
  families.counter(
    'katydid_arrivals_dropped_total',
    'Iterations that were dropped, because no user was free.',
    one(dropped),
  )
}

function aboutMetrics(families: MetricFamilies, { metrics }: RunCounters): void {
  families.counter('katydid_metric_added_total', 'Counters of the load file.', by('metric', metrics.added))
  families.counter(
    'katydid_metric_subtracted_total',
    'Negative amounts that the load file added to its counters.',
    by('metric', metrics.subtracted),
  )
  const gauges = [...metrics.gauges].map(([metric, { value }]): Sample => [{ metric }, value])
  families.gauge('katydid_metric_value', 'Gauges of the load file.', gauges)
  families.histogram('katydid_metric_trend', 'Trends of the load file.', by('metric', metrics.trends))
  families.counter('katydid_checks_total', 'Checks and values of rates.', by('check', metrics.checks))
  families.counter(
    'katydid_checks_passed_total',
    'Checks that passed, and values of rates that were true.',
    by('check', metrics.checksPassed),
  )
}

function aboutGenerator(families: MetricFamilies, { generator }: RunCounters): void {
  const { intervals, saturatedIntervals, gcMs, ...newest } = generator
  families.counter('katydid_generator_intervals_total', 'Seconds that all workers ran.', one(intervals))
  families.counter(
    'katydid_generator_saturated_intervals_total',
    'Seconds in which a worker was too busy, so its latencies are not reliable.',
    one(saturatedIntervals),
  )
  families.counter(
    'katydid_generator_gc_seconds_total',
    'Time that all workers spent in garbage collection.',
    one(gcMs / 1_000),
  )
  if (intervals === 0) return
  const gauge = (name: string, help: string, value: number) =>
    families.gauge(`katydid_generator_${name}`, `${help}, in the last second.`, one(value))
  gauge('loop_delay_mean_seconds', 'Mean event-loop delay of all workers', newest.loopDelayMeanMs / 1_000)
  gauge('loop_delay_max_seconds', 'Highest event-loop delay of any worker', newest.loopDelayMaxMs / 1_000)
  gauge('cpu_max_ratio', 'CPU of the busiest worker; 1 is one core', newest.cpuPercentMax / 100)
  gauge('resident_memory_max_bytes', 'Memory of the worker that uses the most', newest.rssBytesMax)
}

function one(value: number | undefined): Sample[] {
  return value === undefined ? [] : [[{}, value]]
}

function by<T>(label: string, values: Iterable<readonly [string, T]> = []): Sample<T>[] {
  return [...values].map(([text, value]) => [{ [label]: text }, value])
}
