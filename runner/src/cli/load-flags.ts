import { type Command, Option } from 'commander'
import { type FlagValue, type PlanFlags, type PlanOption, planOptions } from '../plan/options.ts'
import { parseParams } from './parse-params.ts'
import { checkValuesPath } from './values-path.ts'

/** What commander gives for the flags that make a plan: beside these, one of each `planOptions`, by the flag's own name. */
export interface LoadFlags {
  values: string[]
}

/** The flags that `run`, `run-one`, `plan` and `master` share. Short ones are Locust's; `-f` is Helm's. */
export function addLoadFlags(command: Command): Command {
  const values = new Option(
    '-f, --values <file>',
    'values file. Several files are merged: the last one overrides the others',
  )
  command.addOption(
    values.argParser((path: string, before: string[]) => [...before, checkValuesPath(path)]).default([], 'none'),
  )
  for (const option of planOptions) if (!option.master) addPlanOption(command, option)
  return command
}

/** The flags of the plan that only the master has. */
export function addMasterLoadFlags(command: Command): Command {
  for (const option of planOptions) if (option.master) addPlanOption(command, option)
  return command
}

function addPlanOption(command: Command, option: PlanOption): void {
  if (isArgument(option)) return
  const added = commanderOption(option)
  if (option.choices.length > 0) added.choices([...option.choices])
  if (option.repeated) added.argParser((value: string, before?: string[]) => [...(before ?? []), value])
  command.addOption(added)
}

const isArgument = ({ flag }: PlanOption) => !flag.startsWith('--')
const commanderOption = ({ flags, help }: PlanOption) => new Option(flags, help)

/** The same as the plan wants them. */
export function toPlanFlags(file: string | undefined, userClasses: readonly string[], given: LoadFlags): PlanFlags {
  const classes = userClasses.length > 0 ? userClasses : undefined
  const flags: Record<string, FlagValue | undefined> = {}
  for (const option of planOptions) {
    if (isArgument(option)) continue
    const value = (given as unknown as PlanFlags)[commanderOption(option).attributeName()]
    // commander's --no-… is true when it was not given, and then the values file decides
    if (value === undefined || (value === true && option.flag.startsWith('--no-'))) continue
    flags[option.name] = option.name === 'params' ? parseParams(value as string[]) : value
  }
  return { file, userClasses: classes, ...flags }
}
