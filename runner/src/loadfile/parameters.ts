import type { Choice } from './choice.ts'

import type { LoadFile } from './load-file.ts'
import { type ParameterValue, parameterBook } from './parameter-book.ts'
import type { RequiredParameter } from './required.ts'
import type { Secret } from './secret.ts'
import { shownPath } from './shown-path.ts'

export { choice } from './choice.ts'
export { required } from './required.ts'
export { secret } from './secret.ts'

/** The type of the result of `parameters()`: names with the types of their values. */
export type Parameters<T> = {
  readonly [K in keyof T]: T[K] extends Secret
    ? string
    : T[K] extends RequiredParameter<infer Value>
      ? Value
      : T[K] extends Choice<infer Allowed>
        ? Allowed
        : T[K] extends string
          ? string
          : T[K] extends number
            ? number
            : T[K] extends boolean
              ? boolean
              : never
}

/**
 * Declares the parameters of a load file: their names and defaults. The defaults also give the types. The result holds the values
 * of this run.
 *
 *     export const params = parameters({ tenant: 'blue', rows: 10, stage: choice(['test', 'live']), token: secret('SHOP_TOKEN') })
 *
 * Set a parameter with `--param rows=20`, or with `params:` in a values file. Set a secret with its environment variable.
 * Katydid refuses a run that sets an unknown name or a value of the wrong type. It reports all mistakes at once.
 */
export function parameters<
  T extends Readonly<
    Record<string, ParameterValue | Secret | Choice<string | number> | RequiredParameter<ParameterValue>>
  >,
>(defaults: T): Parameters<T> {
  return Object.freeze(parameterBook.declare(defaults)) as Parameters<T>
}

/** @internal What the plan sets: to be called before the load file is loaded. */
export function setParameterOverrides(
  values: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): void {
  parameterBook.override(values, env)
}

/**
 * @internal Whether what was set and what the load file declares agree.
 *
 * @throws KatydidError PARAM with every mistake: unknown names, wrong types, missing secrets
 */
export function checkParameters({ bundle }: Pick<LoadFile, 'bundle'>): void {
  parameterBook.noteUndeclared(shownPath(bundle.file))
  parameterBook.throwMistakes()
}
