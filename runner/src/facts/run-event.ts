import type { Outcome } from '../errors.ts'

/** What an event of a kind makes of the run. Everything left out: the event is told, and changes nothing. */
export interface EventEffect {
  /** The verdict is at least this bad. */
  outcome?: Exclude<Outcome, 'passed'>
  /** The outcome counts only in a run that has an end of its own: a run "until stopped" is stopped by a signal. */
  onlyWithEnd?: true
  /** No more load is asked for after it. */
  endsLoad?: true
  /** A worker was lost, or its users were. */
  isLoss?: true
  /** This worker cannot take part. A run that still waits for it ends; a run under way goes on without it. */
  refusesWorker?: true
}

/**
 * Every kind of event that a run can tell of. A new kind is a line here; everybody who tells one or looks for one uses these names, so
 * that a misspelt kind does not compile.
 *
 * @tested contracts and the table of the documentation go through all kinds
 */
export const eventKinds = {
  // hooks, listeners, outputs
  hook_failed: { outcome: 'broken' },
  listener_failed: { outcome: 'broken' },
  message_failed: { outcome: 'broken' },
  output_failed: { outcome: 'broken' },
  output_lagging: {},
  upload_failed: {},
  notify_failed: {},
  otel_failed: {},
  // how the load ended
  interrupted: { outcome: 'broken', onlyWithEnd: true, endsLoad: true },
  aborted: { endsLoad: true },
  stopped: { endsLoad: true },
  stopped_failed: { outcome: 'failed', endsLoad: true },
  stopped_broken: { outcome: 'broken', endsLoad: true },
  exhausted: { endsLoad: true },
  /** Something the load needs: how much of it is missing, `delivery` judges. */
  used_up: { endsLoad: true },
  no_workers: { outcome: 'broken', endsLoad: true },
  // workers
  workers_missing: { outcome: 'broken' },
  master_restarted: { outcome: 'broken' },
  worker_failed: { outcome: 'broken', refusesWorker: true },
  worker_refused: { outcome: 'broken', refusesWorker: true },
  worker_turned_away: {},
  load_file_differs: { outcome: 'broken' },
  user_class_missing: { outcome: 'broken' },
  locust_classes: {},
  worker_lost: { isLoss: true },
  worker_stuck: { isLoss: true },
  worker_trouble: { isLoss: true },
  lease_over: { isLoss: true },
  worker_silent: { outcome: 'broken' },
  worker_back: {},
  // the target: what this makes of the run, the thresholds on latency and `unanswered` say
  answers_stopped: {},
  answers_resumed: {},
  // the load
  profile_short: {},
  arrivals_skipped: {},
  guard_reached: {},
  file_limit: { outcome: 'broken' },
  /** Of the target's, or of whatever the load file asks. */
  name_unknown: { outcome: 'failed' },
  // limits of what is kept
  names_capped: {},
  errors_capped: {},
  exceptions_capped: {},
  metrics_capped: {},
  events_capped: {},
  // anything else
  warning: {},
  /** A worker told of a kind that this version does not know: what it makes of the run cannot be known either. */
  unknown: { outcome: 'broken' },
} as const satisfies Record<string, EventEffect>

export type EventKind = keyof typeof eventKinds

/** Something that happened to the run: worker lost, plan edited, names capped, output failed … */
export interface RunEvent {
  /** ms since the run's first moment. */
  atMs: number
  kind: EventKind
  text: string
}

export function effectOf(kind: EventKind): EventEffect {
  return eventKinds[kind]
}

/** What a peer calls the kind of an event. */
export function isEventKind(word: string): word is EventKind {
  return Object.hasOwn(eventKinds, word)
}
