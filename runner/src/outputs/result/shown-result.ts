import type { RunFinish } from '../../facts/run.ts'
import type { RunPlan } from '../../plan/run-plan.ts'
import { type OwnWords, type Redact, redactDeep } from '../../redact.ts'
import { type RequestResult, type Result, toResult } from './result.ts'

/** The result as others may see it: without secrets. */
export async function shownResult(run: RunFinish, plan: RunPlan | null, redact: Redact): Promise<Result> {
  return redactDeep(await toResult(run, plan), redact, ownWords)
}

/** Of a plan. */
export const planWords = {
  profile: { kind: 'own', distribution: 'own', stages: {} },
  thresholds: {},
  onSaturated: 'own',
  http: { connections: 'own' },
  guard: {},
  stats: {},
  workers: { onLoss: 'own' },
} satisfies OwnWords & Partial<Record<keyof RunPlan, OwnWords>>

const seen = { firstSeen: 'own', lastSeen: 'own' } as const
const latencies = {
  ...{ latencyMs: 'own', unansweredMs: 'own', okLatencyMs: 'own', failedLatencyMs: 'own', scheduledLatencyMs: 'own' },
  ...{ atLeast: 'own', scheduledAtLeast: 'own' },
} satisfies OwnWords & Partial<Record<keyof RequestResult, OwnWords>>

/** What programs decide by is in our words, also where a secret is one of them: `passed` as somebody's password makes no other verdict. */
const ownWords = {
  katydid: 'own',
  startedAt: 'own',
  verdict: { outcome: 'own', findings: { outcome: 'own', kind: 'own' } },
  plan: planWords,
  run: { loadFile: { sha256: 'own', bundle: 'own' } },
  totals: 'own',
  requests: latencies,
  errors: seen,
  exceptions: seen,
  metrics: { keys: { kind: 'own', at: 'own' } },
  users: {},
  load: 'own',
  workers: { state: 'own' },
  health: 'own',
  events: { kind: 'own' },
  series: {},
  arrivals: 'own',
} satisfies OwnWords & Partial<Record<keyof Result, OwnWords>>
