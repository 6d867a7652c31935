/**
 * `result.json` as the tests know it: written down from what is promised to users, apart from the code that writes it (which the
 * published schema is held against in `outputs.test.ts`).
 */
export interface Latency {
  min: number
  mean: number
  p50: number
  p75: number
  p90: number
  p95: number
  p99: number
  p999: number
  max: number
}

export interface RequestResult {
  method: string
  name: string
  requests: number
  failures: number
  aborted: number
  unanswered: number
  hops: number
  retries?: number
  rps: number
  failuresPerSecond: number
  bytes: number
  latencyMs: Latency
  atLeast?: (keyof Latency)[]
  unansweredMs?: Latency
  scheduledLatencyMs?: Latency
  scheduledAtLeast?: (keyof Latency)[]
}

export interface ErrorResult {
  method: string
  name: string
  error: string
  occurrences: number
}

export interface Result {
  katydid: string
  verdict: {
    outcome: 'passed' | 'failed' | 'broken'
    exitCode: number
    findings: { outcome: string; kind: string; text: string; value?: number; limit?: number; atLeast?: true }[]
  }
  plan: Record<string, unknown>
  run: { token?: string; loadFile: { path: string; sha256: string; bundle: string } }
  startedAt: string
  durationMs: number
  totals: RequestResult
  requests: RequestResult[]
  errors: ErrorResult[]
  exceptions: { message: string; traceback: string; count: number }[]
  metrics: Record<string, { sum?: number; count?: number }>
  users: { peak: number; byClass: Record<string, number> }
  workers: { id: string; state: string; users: number; missingSeconds: number }[]
  health: Record<string, unknown>
  events: { atMs: number; kind: string; text: string }[]
  series: unknown
  arrivals?: { offered: number; started: number; dropped: number }
}
