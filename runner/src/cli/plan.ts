import { Command } from 'commander'
import type { PlanFlags } from '../plan/options.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import type { Profile } from '../profile/profile.ts'
import type { System } from '../system.ts'
import { addLoadFlags, type LoadFlags, toPlanFlags } from './load-flags.ts'

interface DrawingFlags extends LoadFlags {
  json?: boolean
}

const shapeNote =
  'katydid called tick() once for each second. If tick() uses anything other than the run time, the run may differ'
/** An endless shape is asked for so long. */
const mostShapeMs = 86_400_000

interface Planned {
  plan: RunPlan
  profile: Profile
  warnings: readonly string[]
}

/** The same plan and load as `run` would have; the load file is loaded only where it may have a LoadShape of its own. */
async function planned(system: System, values: readonly string[], flags: PlanFlags): Promise<Planned> {
  const { preparePlan, prepareClasses } = await import('./prepare.ts')
  const { createProfile } = await import('../profile/profiles.ts')
  const { statesProfile } = await import('../plan/build-plan.ts')
  const { valuesNotes } = await import('../plan/values-file.ts')
  const stated = preparePlan({ system, values, flags })
  if (statesProfile(values) && stated.profile.kind !== 'shape')
    return { plan: stated, profile: createProfile(stated.profile), warnings: values.flatMap(valuesNotes) }
  const { plan, loadFile, warnings } = await prepareClasses({ system, values, flags })
  if (plan.profile.kind !== 'shape') return { plan, profile: createProfile(plan.profile), warnings }
  const { loadOf } = await import('./load-of.ts')
  const { sampled } = await import('../profile/sampled.ts')
  const { source, durationMs } = loadOf(plan, loadFile)
  const targetAt = (elapsedMs: number) => source.targetAt(elapsedMs)
  return { plan, warnings, profile: sampled({ kind: 'shape', targetAt, runTimeMs: durationMs, mostMs: mostShapeMs }) }
}

/** `katydid plan`: draws users or arrivals over time, or tells of them as JSON, and sends nothing. */
export function build(system: System, _done: (exitCode: number) => void): Command {
  const command = new Command('plan')
    .description('draw the load profile. Sends nothing')
    .argument('[file]', 'load file (TypeScript or JavaScript)')
    .argument('[classes...]', 'run only these user classes')
  addLoadFlags(command).option(
    '--json',
    'print a JSON object instead: profile, durationMs, peakUsers, workers, thresholds',
  )
  return command.action(async (file: string | undefined, classes: string[], flags: DrawingFlags) => {
    const planFlags = toPlanFlags(file, classes, flags)
    const { plan, profile, warnings } = await planned(system, flags.values, planFlags)
    for (const warning of warnings) system.stderr.write(`katydid: ${warning}\n`)
    if (flags.json) {
      const { planJson, ownWords } = await import('./plan-json.ts')
      const { redactDeep } = await import('../redact.ts')
      const { redact, writeClean } = await import('../secrets/redactions.ts')
      const shown = redactDeep(planJson(plan, profile), redact, ownWords)
      writeClean(system.stdout, `${JSON.stringify(shown, null, 2)}\n`)
      return
    }
    const { describeProfile } = await import('../profile/describe.ts')
    const { draw } = await import('../profile/drawing.ts')
    const unicode = /utf-?8/i.test(system.env.LC_ALL ?? system.env.LC_CTYPE ?? system.env.LANG ?? 'utf8')
    const canvas = { width: Math.min(system.stdout.columns ?? 80, 120), height: 12, unicode }
    system.stdout.write(`${describeProfile(plan.profile)}\n\n${draw(profile, canvas)}\n`)
    if (plan.profile.kind === 'shape') system.stdout.write(`note       ${shapeNote}\n`)
    const { shortfall } = await import('../profile/shortfall.ts')
    const short = shortfall(plan.profile)
    if (short) system.stdout.write(`note       ${short}\n`)
    for (const { that } of plan.thresholds) system.stdout.write(`threshold  ${that}\n`)
  })
}
