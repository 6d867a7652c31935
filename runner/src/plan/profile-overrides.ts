import type { LayeredValues } from './layers.ts'
import { placed } from './mistakes.ts'
import { planOptions } from './options.ts'
import { readsUsers, type ShapeInfo, shapesText } from './own-shapes.ts'

/** The options that say something of the profile, and the kinds that have it. */
const kindsOf: Record<string, readonly string[]> = Object.fromEntries(
  planOptions.filter(({ path }) => path[1] === 'profile').map(({ path, kinds }) => [path[2] as string, kinds]),
)

/** Fields of the profile that a flag or variable sets: field → flag or variable. */
export type ProfileOptions = ReadonlyMap<string, string>

/**
 * The kind that the options need where no values file says one, so that `-u 100` alone makes a constant profile and
 * `--arrivals 200/s` an open-model one.
 */
export function impliedKind(options: ProfileOptions): string | undefined {
  if (options.has('rate') || options.has('maxUsers')) return 'arrivals'
  return options.size > 0 ? 'constant' : undefined
}

/**
 * Options that the profile's kind has no room for. They are mistakes and not ignored: a run with another load than the command line
 * says is worse than none.
 */
export function misfits(
  options: ProfileOptions,
  values: LayeredValues,
  shapes?: readonly ShapeInfo[],
): { field: string; sentence: string }[] {
  const kind = values.at(['load', 'profile', 'kind'])
  if (typeof kind !== 'string') return []
  const found: { field: string; sentence: string }[] = []
  for (const [field, option] of options) {
    const kinds = kindsOf[field] as readonly string[]
    const isStaged = kind === 'arrivals' && values.at(['load', 'profile', 'stages']) !== undefined
    if (kind === 'shape' && shapes && shapes.length > 0 && field !== 'runTime') {
      const name = values.at(['load', 'profile', 'class'])
      if (!kinds.includes('shape') || !readsUsers(shapes, name))
        found.push({ field, sentence: `${option}: ${deaf(shapes, name, field)}` })
      continue
    }
    if (kinds.includes(kind) && !(isStaged && field !== 'maxUsers')) continue
    const rival = [...options].find(
      ([other]) => !(kindsOf[other] as readonly string[]).some((one) => kinds.includes(one)),
    )
    const origin = values.originOf(['load', 'profile', 'kind'])
    if (rival && origin?.option)
      found.push({ field, sentence: `${option}: cannot be combined with ${rival[1]}: use one of them` })
    else
      found.push({
        field,
        sentence: `${option}: the profile of ${origin?.name} is ${kind}${isStaged ? ' with stages' : ''}, which has no ${field}: set it in the values file. The option works with ${kinds.filter((one) => one !== 'shape' || field === 'runTime').join(', ')}`,
      })
  }
  return found
}

/** As sentences name a profile that nobody stated. */
export const ownShapes = 'the load file'

/** Users and a spawn rate that a values file states beside a shape that does not read them. */
export function unreadUsers(
  values: LayeredValues,
  options: ProfileOptions,
  shapes: readonly ShapeInfo[] | undefined,
): string[] {
  const name = values.at(['load', 'profile', 'class'])
  if (values.at(['load', 'profile', 'kind']) !== 'shape' || !shapes?.length || readsUsers(shapes, name)) return []
  return ['users', 'spawnRate'].flatMap((field) => {
    const path = ['load', 'profile', field]
    if (options.has(field) || values.at(path) === undefined) return []
    return [placed(values, path, deaf(shapes, name, field))]
  })
}

function deaf(shapes: readonly ShapeInfo[], name: unknown, field: string): string {
  const who = `${shapesText(shapes, name)} of the load file sets the load`
  if (field === 'rate' || field === 'maxUsers')
    return `${who}: remove this option, or set a profile of kind arrivals in a values file`
  return `${who} and does not read ${field}: remove it, or set static useCommonOptions = true in the class and use this.${field}`
}
