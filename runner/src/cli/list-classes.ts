import type { PlanFlags } from '../plan/options.ts'
import type { System } from '../system.ts'
import { prepareClasses } from './prepare.ts'

/** `--list`: the user classes that would run, one a line. */
export async function listClasses(
  system: System,
  flags: PlanFlags,
  { values, typecheck }: { values: readonly string[]; typecheck?: boolean | undefined },
): Promise<void> {
  const { classes } = await prepareClasses({ system, values, flags, typecheck })
  for (const name of classes.keys()) system.stdout.write(`${name}\n`)
}
