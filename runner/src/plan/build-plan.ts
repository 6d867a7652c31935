import { KatydidError, sentenceOf } from '../errors.ts'
import { formatDuration } from './duration.ts'
import { misspelledVariables } from './environment-names.ts'
import { type Layer, LayeredValues, type Values } from './layers.ts'
import { mistakesOf, placed } from './mistakes.ts'
import { type PlanFlags, planOptions } from './options.ts'
import type { ShapeInfo } from './own-shapes.ts'
import { impliedKind, misfits, ownShapes, unreadUsers } from './profile-overrides.ts'
import type { ProfilePlan, RunPlan } from './run-plan.ts'
import { suggest } from './suggest.ts'
import { readValuesFile } from './values-file.ts'
import { valuesSchema } from './values-schema.ts'

export interface PlanSources {
  /** As Helm's: later files go over earlier ones. */
  valuesFiles: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  flags: PlanFlags
  /** Throws a KatydidError for a threshold that is none, so that it is reported with all other mistakes. */
  checkThreshold?: (that: string) => void
  /** How long a profile is, ms, so that a warm-up that leaves nothing of it is a mistake like any other; undefined: it has no end. */
  durationMsOf?: (profile: ProfilePlan) => number | undefined
  /** Those of the load file, which is the profile of a run that no values file gives one; left out: it is not loaded yet. */
  shapes?: readonly ShapeInfo[] | undefined
}

/**
 * The one plan of a run: flags over environment over values files over the schema's defaults. Every mistake of every source is in
 * the one KatydidError it throws.
 */
export function buildPlan({ valuesFiles, env, flags, checkThreshold, durationMsOf, shapes }: PlanSources): RunPlan {
  const mistakes: string[] = []
  const values = new LayeredValues()
  for (const path of valuesFiles)
    try {
      values.add(readValuesFile(path))
    } catch (error) {
      mistakes.push(mistakeIn(error))
    }
  const named = optionLayers(env, flags)
  const profileOptions = new Map(
    named.filter(({ path }) => path[1] === 'profile').map(({ path, layer }) => [path[2] as string, layer.name]),
  )
  if (values.at(['load', 'profile']) === undefined) {
    const [implied] = named.filter(({ path }) => path[1] === 'profile')
    if (shapes && shapes.length > 0) values.add(shapeProfile(shapes))
    else if (implied) values.add(impliedProfile(implied.layer.name, impliedKind(profileOptions)))
  }
  const misfit = misfits(profileOptions, values, shapes)
  for (const { sentence } of misfit) mistakes.push(sentence)
  for (const { path, layer } of named)
    if (path[1] !== 'profile' || !misfit.some(({ field }) => field === path[2])) values.add(layer)

  mistakes.push(
    ...misspelledSections(values),
    ...misspelledVariables(env),
    ...unreadUsers(values, profileOptions, shapes),
  )
  const checked = valuesSchema.safeParse({ load: {}, ...values.values })
  if (!checked.success) mistakes.push(...mistakesOf(checked.error.issues, values))
  if (checkThreshold) mistakes.push(...badThresholds(values, checkThreshold))
  if (checked.success)
    mistakes.push(...badWarmup(checked.data.load.warmup, durationMsOf?.(checked.data.load.profile), values))
  if (mistakes.length > 0 || !checked.success) throw planError(mistakes)
  const { load, workers } = checked.data
  return deepFreeze({ ...load, host: load.host, workers })
}

function shapeProfile(shapes: readonly ShapeInfo[]): Layer {
  const [only, ...others] = shapes
  const named = only && others.length === 0 ? { class: only.name } : {}
  return { name: ownShapes, values: { load: { profile: { kind: 'shape', ...named } } } }
}

function impliedProfile(name: string, kind: string | undefined): Layer {
  const profile = kind === 'constant' ? { kind, users: 1 } : { kind }
  return { name, option: ['load', 'profile', 'kind'], values: { load: { profile } } }
}

/** Whether values files state the profile, so that the load file has nothing to say about it. Throws a KatydidError. */
export function statesProfile(valuesFiles: readonly string[]): boolean {
  const values = new LayeredValues()
  for (const path of valuesFiles) values.add(readValuesFile(path))
  return values.at(['load', 'profile']) !== undefined
}

/** One layer for each option that is set, weakest first, so that each keeps its name. */
function optionLayers(env: PlanSources['env'], flags: PlanFlags): { path: readonly string[]; layer: Layer }[] {
  const stranger = Object.keys(flags).find((name) => !planOptions.some((option) => option.name === name))
  if (stranger !== undefined) throw new Error(`a plan has no option ${stranger}`)
  const layers: { path: readonly string[]; layer: Layer }[] = []
  for (const option of planOptions) {
    const variable = option.env.find((name) => env[name] !== undefined && env[name] !== '')
    const given = flags[option.name]
    const add = (name: string, value: unknown) =>
      layers.push({ path: option.path, layer: { name, option: option.path, values: nest(option.path, value) } })
    const isParams = option.path[1] === 'params'
    if (variable !== undefined && (given === undefined || isParams))
      add(variable, option.parse(env[variable] as string))
    if (given !== undefined) add(option.flag, typeof given === 'string' ? option.parse(given) : given)
  }
  return layers
}

function nest(path: readonly string[], value: unknown): Values {
  const [key, ...below] = path
  return { [key as string]: below.length > 0 ? nest(below, value) : value }
}

/** Other top-level keys are the chart's, but `laod:` is nobody's. */
function misspelledSections(values: LayeredValues): string[] {
  return Object.keys(values.values).flatMap((key) => {
    if (key === 'load' || key === 'workers') return []
    const meant = suggest(key, ['load', 'workers'])
    return meant ? [placed(values, [key], `unknown key: did you mean ${meant}?`)] : []
  })
}

function badThresholds(values: LayeredValues, check: (that: string) => void): string[] {
  const thresholds = values.at(['load', 'thresholds'])
  if (!Array.isArray(thresholds)) return []
  return thresholds.flatMap((threshold: unknown, index) => {
    const that = typeof threshold === 'string' ? threshold : (threshold as { that?: unknown } | null)?.that
    if (typeof that !== 'string' || that === '') return []
    try {
      check(that)
      return []
    } catch (error) {
      return [placed(values, ['load', 'thresholds', index], mistakeIn(error))]
    }
  })
}

function badWarmup(warmup: number, durationMs: number | undefined, values: LayeredValues): string[] {
  if (durationMs === undefined || warmup < durationMs) return []
  const whole = `${formatDuration(warmup)} must be shorter than the run (${formatDuration(durationMs)})`
  return [placed(values, ['load', 'warmup'], whole)]
}

function mistakeIn(error: unknown): string {
  if (!(error instanceof KatydidError)) throw error
  return sentenceOf(error)
}

function planError(mistakes: readonly string[]): KatydidError {
  const [first, ...others] = mistakes
  if (others.length === 0) return new KatydidError('PLAN', first ?? 'the plan has a mistake')
  return new KatydidError('PLAN', `the plan has ${mistakes.length} mistakes`, { hint: mistakes.join('\n') })
}

/** Freezes plain data all the way down: a plan that anybody may hold, and nobody change. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const part of Object.values(value)) deepFreeze(part)
  return Object.freeze(value)
}
