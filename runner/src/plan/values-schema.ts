import { z } from 'zod'
import { duration, wholeNumber } from './fields.ts'
import { loadSchema } from './load-schema.ts'
import { option } from './option.ts'

/** How many generate the load: beside `load:`, so that the same load runs on a laptop. */
export const workersSchema = z.strictObject({
  count: option(
    wholeNumber(1, 10_000)
      .optional()
      .describe('Number of workers. Default: the peak of users divided by usersPerWorker, rounded up.'),
    {
      flags: '--expect-workers <count>',
      help: 'start the load when this number of workers has joined (default 1)',
      locust: true,
      master: true,
    },
  ),
  maxWait: option(
    duration({ positive: true })
      .prefault('2m')
      .describe('The run is broken if not all workers have joined after this time.'),
    {
      flags: '--expect-workers-max-wait <duration>',
      help: 'longest time to wait for these workers. Then the run is broken',
      locust: true,
      master: true,
    },
  ),
  onLoss: z
    .enum(['rebalance', 'fail'])
    .default('rebalance')
    .describe('rebalance: the master reassigns the users of a lost worker. fail: a lost worker makes the run broken.'),
  usersPerWorker: wholeNumber(1, 1_000_000)
    .optional()
    .describe(
      'Users of one worker, if count is not set. Example: with 500, a peak of 1800 users gets 4 workers. Default: 500.',
    ),
  processes: wholeNumber(1, 256)
    .optional()
    .describe('Workers in each pod, each a process of its own. The number of workers is rounded up to fill the pods.'),
})

/** Both set the number of workers: one would be ignored. */
const countedOnce = workersSchema.superRefine(({ count, usersPerWorker }, context) => {
  if (count === undefined || usersPerWorker === undefined) return
  const message = `is ${usersPerWorker}, and count is ${count}: set only one of them. If an earlier values file sets the other, write null for it`
  context.addIssue({ code: 'custom', path: ['usersPerWorker'], message })
})

/** A values file. Other top-level keys (image, master …) are the chart's. */
export const valuesSchema = z.looseObject({
  load: loadSchema,
  workers: countedOnce.prefault({}),
})
