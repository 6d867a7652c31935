import { z } from 'zod'
import { formatDuration } from './duration.ts'
import { duration, rate, ratio, text, wholeNumber } from './fields.ts'
import { maxUsers } from './limits.ts'
import { option } from './option.ts'
import { spikeCycleMs, stepTimeMs } from './profile-times.ts'

const users = { flags: '-u, --users <count>', help: 'peak number of users', locust: true } as const
const spawnRate = {
  flags: '-r, --spawn-rate <rate>',
  help: 'users that start per second: 10, 10/s, 600/m',
  locust: true,
} as const
const runTime = (description: string) =>
  option(duration({ positive: true }).optional().describe(description), {
    flags: '-t, --run-time <duration>',
    help: 'length of the run: 90s, 5m, 1h30m, 7d. A number without a unit is seconds',
    locust: true,
  })
const stepRate = () =>
  rate({ positive: true })
    .optional()
    .describe('Users started or stopped per second in a step without a ramp. Example: 10/s. Default: all at once.')

/** A part of a field's own check: reports at a path below the field. */
type Report = (path: (string | number)[], message: string) => void

function checked<T extends z.ZodType>(schema: T, check: (value: z.output<T>, report: Report) => void): T {
  return schema.superRefine((value, context) =>
    check(value, (path, message) => context.addIssue({ code: 'custom', path, message })),
  ) as T
}

const constant = z
  .strictObject({
    kind: z.literal('constant'),
    users: option(wholeNumber(1, maxUsers).describe('Number of users.'), users),
    spawnRate: option(
      rate({ positive: true }).prefault('1/s').describe('Users started per second. Example: 10/s.'),
      spawnRate,
    ),
    runTime: runTime('Duration of the run, with the ramp. Example: 5m. Default: until you stop it.'),
  })
  .describe('A fixed number of users. They start at the spawn rate.')

const userStage = z.strictObject({
  users: wholeNumber(0, maxUsers).optional().describe('Users at the end of the ramp. Default: the same as before.'),
  ramp: duration().prefault(0).describe('Time until this number is reached. Default: at once.'),
  hold: duration().prefault(0).describe('How long this number stays.'),
})

const stages = checked(
  z
    .strictObject({
      kind: z.literal('stages'),
      stages: stageList(userStage).describe(
        'The stages, in order. Example: [{ users: 50, ramp: 1m, hold: 5m }, { users: 0, ramp: 1m }].',
      ),
      spawnRate: stepRate(),
    })
    .describe('Ramps and steps, in order. The first starts from 0 users.'),
  (plan, report) => {
    checkStages(plan.stages, 'users', report)
    let last = 0
    for (const [index, { users = last, ramp, hold }] of plan.stages.entries()) {
      const stepMs = ramp > 0 ? 0 : stepTimeMs(Math.abs(users - last), plan.spawnRate)
      if (hold > 0 && stepMs > hold)
        report(
          ['stages', index, 'hold'],
          `${Math.abs(users - last)} users need ${formatDuration(stepMs)} at the spawnRate, longer than this stage's ${formatDuration(hold)}`,
        )
      last = users
    }
  },
)

const spike = checked(
  z
    .strictObject({
      kind: z.literal('spike'),
      baseUsers: wholeNumber(0, maxUsers).default(0).describe('Users outside the spikes.'),
      peakUsers: wholeNumber(1, maxUsers).describe('Total number of users at the peak.'),
      after: duration().describe('Time before each spike.'),
      rampUp: duration().prefault(0).describe('Time from baseUsers up to peakUsers.'),
      hold: duration({ positive: true }).describe('Time at peakUsers.'),
      rampDown: duration().prefault(0).describe('Time from peakUsers down to baseUsers.'),
      repeat: wholeNumber(1, 10_000).default(1).describe('Number of spikes.'),
      spawnRate: stepRate(),
      runTime: runTime('Duration of the run. Default: one more `after` follows the last spike.'),
    })
    .describe('A low number of users with sudden peaks.'),
  (plan, report) => {
    if (plan.peakUsers <= plan.baseUsers) report(['peakUsers'], `must be more than baseUsers (${plan.baseUsers})`)
    const lastMs = plan.repeat * spikeCycleMs(plan)
    if (plan.runTime !== undefined && plan.runTime < lastMs)
      report(
        ['runTime'],
        `${formatDuration(plan.runTime)} is too short: the last spike ends at ${formatDuration(lastMs)}`,
      )
    checkBase(plan.baseUsers, plan.spawnRate, plan.after, report)
  },
)

const bursts = checked(
  z
    .strictObject({
      kind: z.literal('bursts'),
      baseUsers: wholeNumber(0, maxUsers).default(0).describe('Users outside the bursts.'),
      burstUsers: wholeNumber(1, maxUsers).describe('Total number of users in a burst.'),
      every: duration({ positive: true }).describe(
        'Time from the end of one burst to the end of the next. Example: 1h.',
      ),
      duration: duration({ positive: true }).describe('Duration of a burst, with its ramps.'),
      ramp: duration().prefault(0).describe('Time from baseUsers up to burstUsers, and again back down.'),
      jitter: ratio()
        .prefault(0)
        .describe(
          'A burst may start earlier, by this share of the time between bursts. It is the same in every run. Example: 20%.',
        ),
      spawnRate: stepRate(),
      runTime: runTime('Duration of the run. Example: 7d. Default: until you stop it.'),
    })
    .describe('A low number of users with a burst from time to time.'),
  (plan, report) => {
    const { burstUsers, baseUsers, every, ramp } = plan
    if (burstUsers <= baseUsers) report(['burstUsers'], `must be more than baseUsers (${baseUsers})`)
    if (plan.duration > every) report(['duration'], `must not be longer than every (${formatDuration(every)})`)
    if (2 * ramp > plan.duration)
      report(['ramp'], `ramp up and ramp down must fit into the burst's ${formatDuration(plan.duration)}`)
    checkBase(baseUsers, plan.spawnRate, every - plan.duration, report)
  },
)

const rateStage = z.strictObject({
  rate: rate().optional().describe('Rate at the end of the ramp. Default: the same as before.'),
  ramp: duration().prefault(0).describe('Time until this rate is reached. Default: at once.'),
  hold: duration().prefault(0).describe('How long this rate stays.'),
})

const arrivals = checked(
  z
    .strictObject({
      kind: z.literal('arrivals'),
      rate: option(
        rate({ positive: true })
          .optional()
          .describe('Iterations started per second. Example: 200/s. Use either rate or stages.'),
        {
          flags: '--arrivals <rate>',
          help: 'open model: iterations that start per second, however slow the target is',
        },
      ),
      stages: stageList(rateStage)
        .optional()
        .describe('The stages, in order. Example: [{ rate: 100/s, ramp: 1m, hold: 5m }, { rate: 200/s, hold: 1m }].'),
      maxUsers: option(
        wholeNumber(1, maxUsers).describe(
          'Most users that are busy at the same time. If all are busy, further arrivals are dropped.',
        ),
        { flags: '--max-users <count>', help: 'with --arrivals: the most users that may be busy at once' },
      ),
      distribution: z
        .enum(['even', 'poisson'])
        .default('even')
        .describe('Times between arrivals. even: all are equal. poisson: they are random.'),
      runTime: runTime('Duration of the run, with rate only. Default: until you stop it.'),
    })
    .describe('Open model: iterations start at a rate, even if the target is slow.'),
  (plan, report) => {
    if (plan.rate === undefined && plan.stages === undefined) report(['rate'], 'is missing: set rate or stages')
    if (plan.rate !== undefined && plan.stages !== undefined)
      report(['stages'], 'rate and stages are both set: set one of them')
    if (plan.stages && plan.runTime !== undefined) report(['runTime'], 'the stages define the run time: remove runTime')
    if (plan.stages) checkStages(plan.stages, 'rate', report)
  },
)

const shape = z
  .strictObject({
    kind: z.literal('shape'),
    class: text('the name of a LoadShape class')
      .optional()
      .describe('Name of the LoadShape class. Default: the only one in the load file.'),
    runTime: runTime('Duration of the run. Default: until tick() of the class returns null.'),
    users: option(
      wholeNumber(1, maxUsers)
        .optional()
        .describe('A class with static useCommonOptions = true reads it as this.users.'),
      users,
    ),
    spawnRate: option(
      rate({ positive: true })
        .optional()
        .describe('A class with static useCommonOptions = true reads it as this.spawnRate.'),
      spawnRate,
    ),
  })
  .describe('A LoadShape class of the load file sets the number of users.')

/** How much load, when. Each kind is strict: a key of another kind is a mistake. */
export const profileSchema = z.discriminatedUnion('kind', [constant, stages, spike, bursts, arrivals, shape])

function stageList<T extends z.ZodType>(stage: T) {
  const error = 'a list of 1 to 1,000 stages'
  return z.array(stage, { error }).min(1, { error }).max(1_000, { error })
}

interface Stage {
  users?: number | undefined
  rate?: number | undefined
  ramp: number
  hold: number
}

function checkStages(list: readonly Stage[], level: 'users' | 'rate', report: Report): void {
  for (const [index, stage] of list.entries()) {
    const at = ['stages', index]
    if (stage.ramp + stage.hold === 0) report(at, 'takes no time: set ramp, hold or both')
    if (stage[level] === undefined && (stage.ramp > 0 || index === 0))
      report([...at, level], `is missing: set the ${level} at the end of this stage`)
  }
  if (list.length > 0 && list.every((stage) => (stage[level] ?? 0) === 0))
    report(['stages'], level === 'rate' ? 'no stage has a rate above 0' : 'no stage has users above 0')
}

function checkBase(users: number, perSecond: number | undefined, calmMs: number, report: Report): void {
  const neededMs = stepTimeMs(users, perSecond)
  if (perSecond !== undefined && calmMs >= 0 && neededMs > calmMs)
    report(
      ['spawnRate'],
      `${users} users need ${formatDuration(neededMs)} to start, longer than the first calm (${formatDuration(calmMs)})`,
    )
}
