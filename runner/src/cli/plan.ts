import { Command } from 'commander'
import type { System } from '../system.ts'
import { addLoadFlags, type LoadFlags, toPlanFlags } from './load-flags.ts'

interface DrawingFlags extends LoadFlags {
  json?: boolean
}

/** `katydid plan`: draws users or arrivals over time, or tells of them as JSON, and sends nothing. */
export function build(system: System, _done: (exitCode: number) => void): Command {
  const command = new Command('plan')
    .description('draw the load profile; nothing is sent')
    .argument('[file]', 'load file')
    .argument('[classes...]', 'only these user classes')
  addLoadFlags(command).option(
    '--json',
    'print one JSON object instead: profile, durationMs, peakUsers, workers, thresholds',
  )
  return command.action(async (file: string | undefined, classes: string[], flags: DrawingFlags) => {
    const { preparePlan } = await import('./prepare.ts')
    const plan = preparePlan({ system, values: flags.values, flags: toPlanFlags(file, classes, flags) })
    if (flags.json) {
      const { planJson } = await import('./plan-json.ts')
      system.stdout.write(`${JSON.stringify(planJson(plan), null, 2)}\n`)
      return
    }
    const { createProfile } = await import('../profile/profiles.ts')
    const { describeProfile } = await import('../profile/describe.ts')
    const { draw } = await import('../profile/drawing.ts')
    const unicode = /utf-?8/i.test(system.env.LC_ALL ?? system.env.LC_CTYPE ?? system.env.LANG ?? 'utf8')
    const canvas = { width: Math.min(system.stdout.columns ?? 80, 120), height: 12, unicode }
    system.stdout.write(`${describeProfile(plan.profile)}\n\n${draw(createProfile(plan.profile), canvas)}\n`)
    const { shortfall } = await import('../profile/shortfall.ts')
    const short = shortfall(plan.profile)
    if (short) system.stdout.write(`note       ${short}\n`)
    for (const { that } of plan.thresholds) system.stdout.write(`threshold  ${that}\n`)
  })
}
