/** A parameter with a few allowed values; made by `choice()`. */
export class Choice<T extends string | number> {
  readonly allowed: readonly T[]
  readonly fallback: T

  constructor(allowed: readonly T[], fallback: T) {
    this.allowed = allowed
    this.fallback = fallback
  }
}

/** A parameter that is one of a few values: `stage: choice(['test', 'live'])`. The default is the first, or the one given. */
export function choice<const T extends string | number>(
  allowed: readonly [T, ...T[]],
  fallback: T = allowed[0],
): Choice<T> {
  return new Choice(allowed, fallback)
}
