/** Everything anyone (command line, signals, thresholds, users, workers, later UI and API) can order of a running master. */
export type Command =
  | { kind: 'stop'; reason: string; cause: 'interrupted' | 'threshold' | 'user' | 'workers' }
  | { kind: 'reset' }
