import { type Awaited, tokenOf } from './await-verdict.ts'

/**
 * What a Job makes of a verdict that another Job was told before. Nothing was run for this one, so that it has no verdict of its own: `tell` says the earlier
 * one all the same, for a cluster in which Jobs come back by themselves (Argo CD, Flux). The first line says which run it is in either case.
 */
export function repeated(answer: Awaited, tell: boolean): Awaited {
  if (answer.kind !== 'verdict' || answer.toldAt === undefined) return answer
  const { run, startedAt, toldAt, outcome, summary } = answer
  const earlier = `run ${tokenOf(run)}${startedAt === undefined ? '' : `, started at ${startedAt}`}`
  const first = `nothing was run for this Job: the master already gave the verdict of ${earlier} to another Job at ${toldAt}: ${outcome}`
  if (tell) return { ...answer, summary: `REPEATED — ${first}\n\n${summary}` }
  const next =
    'for a new run, change run.id (on a volume: results.persistence.runId). To use the earlier verdict, set run.onRepeat to tell'
  return { kind: 'none', why: `${first}; ${next}\n\nThe earlier verdict:\n${summary}` }
}
