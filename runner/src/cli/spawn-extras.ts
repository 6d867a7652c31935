import type { LoadFile } from '../loadfile/load-file.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import type { SpawnExtras } from '../transport/locust/frames.ts'

/** What Locust workers are told of the plan: parameters become `environment.parsed_options`; secrets stay here. */
export function spawnExtras(plan: RunPlan, { params, paramsDeclared }: LoadFile): SpawnExtras {
  const secrets = new Set(paramsDeclared.filter(({ type }) => type === 'secret').map(({ name }) => name))
  const parsedOptions: SpawnExtras['parsedOptions'] = {
    ...Object.fromEntries(Object.entries(params).filter(([name, value]) => !secrets.has(name) && isPlain(value))),
    // Locust's own after them: a parameter of the same name is not what Python means by it
    host: plan.host ?? null,
    tags: plan.tags.length > 0 ? plan.tags : null,
    exclude_tags: plan.excludeTags.length > 0 ? plan.excludeTags : null,
    expect_workers: plan.workers.count ?? 1,
    stop_timeout: plan.stopTimeout / 1_000,
  }
  return { host: plan.host, stopTimeoutS: plan.stopTimeout / 1_000, parsedOptions }
}

function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}
