import { Command } from 'commander'
import type { System } from '../system.ts'
import { addLoadFlags, type LoadFlags, toPlanFlags } from './load-flags.ts'

/** `katydid plan`: draws users or arrivals over time, and sends nothing. */
export function build(system: System, _done: (exitCode: number) => void): Command {
  const command = new Command('plan')
    .description('draw the load profile; nothing is sent')
    .argument('[file]', 'load file')
    .argument('[classes...]', 'only these user classes')
  return addLoadFlags(command).action(async (file: string | undefined, classes: string[], flags: LoadFlags) => {
    const { preparePlan } = await import('./prepare.ts')
    const { createProfile } = await import('../profile/profiles.ts')
    const { describeProfile } = await import('../profile/describe.ts')
    const { draw } = await import('../profile/drawing.ts')
    const plan = preparePlan({ system, values: flags.values, flags: toPlanFlags(file, classes, flags) })
    const unicode = /utf-?8/i.test(system.env.LC_ALL ?? system.env.LC_CTYPE ?? system.env.LANG ?? 'utf8')
    const canvas = { width: Math.min(system.stdout.columns ?? 80, 120), height: 12, unicode }
    system.stdout.write(`${describeProfile(plan.profile)}\n\n${draw(createProfile(plan.profile), canvas)}\n`)
    for (const { that } of plan.thresholds) system.stdout.write(`threshold  ${that}\n`)
  })
}
