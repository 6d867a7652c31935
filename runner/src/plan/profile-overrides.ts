import type { LayeredValues } from './layers.ts'

/** The options that say something of the profile, and the kinds that have it. */
const kindsOf: Record<string, readonly string[]> = {
  users: ['constant'],
  spawnRate: ['constant'],
  runTime: ['constant', 'spike', 'bursts', 'arrivals', 'shape'],
  rate: ['arrivals'],
  maxUsers: ['arrivals'],
}

/** What flags and variables say of the profile: field of the profile → the flag or variable that said it. */
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
export function misfits(options: ProfileOptions, values: LayeredValues): { field: string; sentence: string }[] {
  const kind = values.at(['load', 'profile', 'kind'])
  if (typeof kind !== 'string') return []
  const found: { field: string; sentence: string }[] = []
  for (const [field, name] of options) {
    const kinds = kindsOf[field] as readonly string[]
    const isStaged = kind === 'arrivals' && values.at(['load', 'profile', 'stages']) !== undefined
    if (kinds.includes(kind) && !(isStaged && field !== 'maxUsers')) continue
    const rival = [...options].find(
      ([other]) => !(kindsOf[other] as readonly string[]).some((one) => kinds.includes(one)),
    )
    const origin = values.originOf(['load', 'profile', 'kind'])
    if (rival && origin?.option) found.push({ field, sentence: `${name}: does not go with ${rival[1]}` })
    else
      found.push({
        field,
        sentence: `${name}: the profile of ${origin?.name} is ${kind}${isStaged ? ' with stages' : ''}, which has no ${field}; only ${kinds.join(', ')} can be changed so`,
      })
  }
  return found
}
