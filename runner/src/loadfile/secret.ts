/** A parameter whose value comes from the environment; made by `secret()`. */
export class Secret {
  readonly variable: string
  readonly fallback: string | undefined

  constructor(variable: string, fallback?: string) {
    this.variable = variable
    this.fallback = fallback
  }
}

/**
 * A parameter that only the environment may set, and that no log and no report shows: `token: secret('SHOP_TOKEN')`. Without a
 * default the run is refused when the variable is missing.
 *
 * @param variable name of the environment variable
 */
export function secret(variable: string, fallback?: string | { default?: string }): Secret {
  return new Secret(variable, typeof fallback === 'object' ? fallback.default : fallback)
}
