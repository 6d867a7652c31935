/** Placeholder types; the zod schema in this folder becomes their single source. Durations are ms, rates per second, ratios 0..1. */
export type ProfilePlan =
  | { kind: 'constant'; users: number; spawnRate: number; runTime?: number | undefined }
  | { kind: 'stages'; stages: { users: number; duration: number; ramp?: number }[] }
  | { kind: 'spike'; [key: string]: unknown }
  | { kind: 'bursts'; [key: string]: unknown }
  | { kind: 'arrivals'; [key: string]: unknown }
  | { kind: 'shape'; class?: string | undefined; runTime?: number | undefined }

export interface ThresholdPlan {
  /** As the user wrote it: `GET /products: p99{ok} < 1s`. */
  that: string
  window?: number | undefined
  abort: boolean
  after?: number | undefined
}

export interface RunPlan {
  readonly file: string
  readonly host: string | undefined
  readonly profile: ProfilePlan
  readonly stopTimeout: number
  readonly warmup: number
  readonly thresholds: readonly ThresholdPlan[]
  readonly params: Readonly<Record<string, string | number | boolean>>
  readonly tags: readonly string[]
  readonly excludeTags: readonly string[]
  readonly userClasses: readonly string[]
  readonly onSaturated: 'broken' | 'warn'
  readonly http: {
    readonly timeout: number
    readonly connectTimeout: number
    readonly connections: 'user' | 'shared'
    readonly keepAlive: boolean
    readonly http2: boolean
    readonly proxy: string | undefined
    readonly insecure: boolean
    readonly ca: string | undefined
    readonly cert: string | undefined
    readonly key: string | undefined
    readonly maxRedirects: number
    readonly maxBodyBytes: number
  }
  readonly maxNames: number
  readonly stats: { readonly reportInterval: number }
}
