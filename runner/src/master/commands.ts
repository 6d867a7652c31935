/** Everything anyone (command line, signals, thresholds, users, workers, later UI and API) can order of a running master. */
export type Command =
  /** `shortage`: something the load needs is used up; what is left of it counts as not delivered. */
  | { kind: 'stop'; reason: string; cause: 'interrupted' | 'threshold' | 'user' | 'workers' | 'shortage' }
  | { kind: 'reset' }
