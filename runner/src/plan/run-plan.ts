import type { z } from 'zod'
import type { loadSchema } from './load-schema.ts'
import type { profileSchema } from './profile-schema.ts'
import type { workersSchema } from './values-schema.ts'

/*
 * A plan's types, all taken from the zod schema of this folder. Durations are ms, rates per second, ratios 0..1, sizes bytes.
 */

type Load = z.output<typeof loadSchema>

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T

/** What a run is to do: checked, with every default, and frozen. */
export type RunPlan = DeepReadonly<Omit<Load, 'host'>> & {
  readonly host: string | undefined
  readonly workers: DeepReadonly<z.output<typeof workersSchema>>
}

export type ThresholdPlan = DeepReadonly<Load['thresholds'][number]>

export type ProfilePlan = DeepReadonly<z.output<typeof profileSchema>>
export type ConstantPlan = Extract<ProfilePlan, { kind: 'constant' }>
export type StagesPlan = Extract<ProfilePlan, { kind: 'stages' }>
export type SpikePlan = Extract<ProfilePlan, { kind: 'spike' }>
export type BurstsPlan = Extract<ProfilePlan, { kind: 'bursts' }>
export type ArrivalsPlan = Extract<ProfilePlan, { kind: 'arrivals' }>
export type ShapePlan = Extract<ProfilePlan, { kind: 'shape' }>
