import { z } from 'zod'
import { duration, wholeNumber } from './fields.ts'
import { loadSchema } from './load-schema.ts'

/** How many generate the load: beside `load:`, so that the same load runs on a laptop. */
export const workersSchema = z.strictObject({
  count: wholeNumber(1, 10_000).optional().describe('Left out: as many as the peak of users needs.'),
  maxWait: duration({ positive: true }).prefault('2m').describe('How long to wait for them before the run is broken.'),
  onLoss: z.enum(['rebalance', 'fail']).default('rebalance').describe('fail: any lost worker makes the run broken.'),
  usersPerWorker: wholeNumber(1, 1_000_000)
    .optional()
    .describe('In place of count: a worker for each so many users of the peak; 500 when neither is said.'),
  processes: wholeNumber(1, 256)
    .optional()
    .describe('Workers of each pod, as processes of their own; as many as fill their pods, so count is rounded up.'),
})

/** Whichever of the two went before the other, the other would have been said in vain. */
const countedOnce = workersSchema.superRefine(({ count, usersPerWorker }, context) => {
  if (count === undefined || usersPerWorker === undefined) return
  const message = `is ${usersPerWorker}, and count is ${count}: say one of them; null takes back what an earlier values file says`
  context.addIssue({ code: 'custom', path: ['usersPerWorker'], message })
})

/** A values file. Other top-level keys (image, master …) are the chart's. */
export const valuesSchema = z.looseObject({
  load: loadSchema,
  workers: countedOnce.prefault({}),
})
