/** A parameter with a list of allowed values. Made by `choice()`. */
export class Choice<T extends string | number> {
  readonly allowed: readonly T[]
  readonly fallback: T

  constructor(allowed: readonly T[], fallback: T) {
    this.allowed = allowed
    this.fallback = fallback
  }
}

/**
 * Declares a parameter with a list of allowed values: `stage: choice(['test', 'live'])`.
 *
 * @param fallback the default. Without it, the first allowed value is the default
 */
export function choice<const T extends string | number>(
  allowed: readonly [T, ...T[]],
  fallback: T = allowed[0],
): Choice<T> {
  return new Choice(allowed, fallback)
}
