import type { RunPlan } from '../plan/run-plan.ts'
import { withoutCredentials } from '../plan/without-credentials.ts'
import type { ToWorker } from '../transport/messages.ts'

interface SplitPlan {
  plan: RunPlan
  /** What was taken out; left out: there was nothing. */
  credentials?: Extract<ToWorker, { type: 'credentials' }>
}

/** A plan without what stands before the host in the URLs of target and proxy, and what that was. */
export function splitCredentials(plan: RunPlan): SplitPlan {
  const host = plan.host === undefined ? undefined : withoutCredentials(plan.host)
  const proxy = plan.http.proxy === undefined ? undefined : withoutCredentials(plan.http.proxy)
  const secret = {
    ...(plan.host !== undefined && plan.host !== host ? { host: plan.host } : {}),
    ...(plan.http.proxy !== undefined && plan.http.proxy !== proxy ? { proxy: plan.http.proxy } : {}),
  }
  if (Object.keys(secret).length === 0) return { plan }
  return {
    plan: { ...plan, host, http: { ...plan.http, proxy } },
    credentials: { type: 'credentials', ...secret },
  }
}
