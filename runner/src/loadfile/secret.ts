/** A parameter whose value comes from an environment variable. Made by `secret()`. */
export class Secret {
  readonly variable: string
  readonly fallback: string | undefined

  constructor(variable: string, fallback?: string) {
    this.variable = variable
    this.fallback = fallback
  }
}

/**
 * Declares a parameter that only an environment variable can set: `token: secret('SHOP_TOKEN')`. No log and no report shows its
 * value. The value needs at least 4 characters. Katydid refuses a run if the variable is not set and there is no default.
 *
 * @param variable name of the environment variable
 * @param fallback the default
 */
export function secret(variable: string, fallback?: string | { default?: string }): Secret {
  return new Secret(variable, typeof fallback === 'object' ? fallback.default : fallback)
}
