import { z } from 'zod'
import { spikeCycleMs } from '../profile/spike.ts'
import { stepTimeMs } from '../profile/stages.ts'
import { formatDuration } from './duration.ts'
import { duration, rate, ratio, text, wholeNumber } from './fields.ts'
import { maxUsers } from './limits.ts'

const runTime = () => duration({ positive: true }).optional()
const stepRate = () =>
  rate({ positive: true })
    .optional()
    .describe('How fast users start and leave where no ramp is stated; at once when left out.')

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
    users: wholeNumber(1, maxUsers).describe('How many users.'),
    spawnRate: rate({ positive: true }).prefault('1/s').describe('How fast users start.'),
    runTime: runTime().describe('Includes the ramp. Left out: until stopped.'),
  })
  .describe('Users start at a rate, then stay.')

const userStage = z.strictObject({
  users: wholeNumber(0, maxUsers).optional().describe('Where to; left out: stays where it is.'),
  ramp: duration().prefault(0).describe('Time to get there; left out: a step.'),
  hold: duration().prefault(0).describe('Time to stay there.'),
})

const stages = checked(
  z
    .strictObject({
      kind: z.literal('stages'),
      stages: stageList(userStage).describe('One after the other.'),
      spawnRate: stepRate(),
    })
    .describe('Ramps and steps, one after the other, from 0 users.'),
  (plan, report) => {
    checkStages(plan.stages, 'users', report)
    let last = 0
    for (const [index, { users = last, ramp, hold }] of plan.stages.entries()) {
      const stepMs = ramp > 0 ? 0 : stepTimeMs(Math.abs(users - last), plan.spawnRate)
      if (hold > 0 && stepMs > hold)
        report(
          ['stages', index, 'hold'],
          `${Math.abs(users - last)} users at the spawnRate take ${formatDuration(stepMs)}, longer than this stage's ${formatDuration(hold)}`,
        )
      last = users
    }
  },
)

const spike = checked(
  z
    .strictObject({
      kind: z.literal('spike'),
      baseUsers: wholeNumber(0, maxUsers).default(0).describe('Users in the calm.'),
      peakUsers: wholeNumber(1, maxUsers).describe('Users at the peak, in all.'),
      after: duration().describe('How long the calm before each spike is.'),
      rampUp: duration().prefault(0).describe('Time to get up to the peak.'),
      hold: duration({ positive: true }).describe('How long the peak is.'),
      rampDown: duration().prefault(0).describe('Time to get down again.'),
      repeat: wholeNumber(1, 10_000).default(1).describe('How many spikes.'),
      spawnRate: stepRate(),
      runTime: runTime().describe('Left out: one more calm after the last spike.'),
    })
    .describe('A calm level and a sudden high one.'),
  (plan, report) => {
    if (plan.peakUsers <= plan.baseUsers) report(['peakUsers'], `must be more than baseUsers (${plan.baseUsers})`)
    const lastMs = plan.repeat * spikeCycleMs(plan)
    if (plan.runTime !== undefined && plan.runTime < lastMs)
      report(
        ['runTime'],
        `${formatDuration(plan.runTime)} is over before the last spike ends (${formatDuration(lastMs)})`,
      )
    checkBase(plan.baseUsers, plan.spawnRate, plan.after, report)
  },
)

const bursts = checked(
  z
    .strictObject({
      kind: z.literal('bursts'),
      baseUsers: wholeNumber(0, maxUsers).default(0).describe('Users in the calm.'),
      burstUsers: wholeNumber(1, maxUsers).describe('Users in a burst, in all.'),
      every: duration({ positive: true }).describe('From the end of one burst to the end of the next.'),
      duration: duration({ positive: true }).describe('How long a burst is, with its ramps.'),
      ramp: duration().prefault(0).describe('Time to get up, and again to get down.'),
      jitter: ratio().prefault(0).describe('How much of the calm a burst may come earlier; the same in every run.'),
      spawnRate: stepRate(),
      runTime: runTime().describe('Left out: until stopped.'),
    })
    .describe('Low activity with bursts.'),
  (plan, report) => {
    const { burstUsers, baseUsers, every, ramp } = plan
    if (burstUsers <= baseUsers) report(['burstUsers'], `must be more than baseUsers (${baseUsers})`)
    if (plan.duration > every) report(['duration'], `must not be longer than every (${formatDuration(every)})`)
    if (2 * ramp > plan.duration)
      report(['ramp'], `up and down must fit into the burst's ${formatDuration(plan.duration)}`)
    checkBase(baseUsers, plan.spawnRate, every - plan.duration, report)
  },
)

const rateStage = z.strictObject({
  rate: rate().optional().describe('Where to; left out: stays where it is.'),
  ramp: duration().prefault(0).describe('Time to get there; left out: a step.'),
  hold: duration().prefault(0).describe('Time to stay there.'),
})

const arrivals = checked(
  z
    .strictObject({
      kind: z.literal('arrivals'),
      rate: rate({ positive: true }).optional().describe('Iterations started per second; or else stages.'),
      stages: stageList(rateStage).optional().describe('One after the other.'),
      maxUsers: wholeNumber(1, maxUsers).describe('Users that may be busy at once; arrivals beyond are dropped.'),
      distribution: z.enum(['even', 'poisson']).default('even').describe('Of the times between arrivals.'),
      runTime: runTime().describe('With rate only. Left out: until stopped.'),
    })
    .describe('Open model: iterations start at a rate, whatever the target does.'),
  (plan, report) => {
    if (plan.rate === undefined && plan.stages === undefined) report(['rate'], 'is missing: say rate, or stages')
    if (plan.rate !== undefined && plan.stages !== undefined) report(['stages'], 'say rate or stages, not both')
    if (plan.stages && plan.runTime !== undefined) report(['runTime'], 'stages say themselves how long they take')
    if (plan.stages) checkStages(plan.stages, 'rate', report)
  },
)

const shape = z
  .strictObject({
    kind: z.literal('shape'),
    class: text('the name of a LoadShape class').optional().describe('Left out: the only one in the load file.'),
    runTime: runTime().describe('Left out: until its tick() ends the run.'),
    users: wholeNumber(1, maxUsers)
      .optional()
      .describe('What a class with static useCommonOptions = true reads as this.users.'),
    spawnRate: rate({ positive: true }).optional().describe('What such a class reads as this.spawnRate.'),
  })
  .describe('A LoadShape class of the load file decides.')

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
    if (stage.ramp + stage.hold === 0) report(at, 'takes no time: say ramp, hold or both')
    if (stage[level] === undefined && (stage.ramp > 0 || index === 0)) report([...at, level], 'is missing: where to?')
  }
  if (list.length > 0 && list.every((stage) => (stage[level] ?? 0) === 0))
    report(['stages'], `no stage has any ${level}`)
}

function checkBase(users: number, perSecond: number | undefined, calmMs: number, report: Report): void {
  const neededMs = stepTimeMs(users, perSecond)
  if (perSecond !== undefined && calmMs >= 0 && neededMs > calmMs)
    report(
      ['spawnRate'],
      `${users} users take ${formatDuration(neededMs)}, longer than the first calm (${formatDuration(calmMs)})`,
    )
}
