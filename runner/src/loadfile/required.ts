import type { Choice } from './choice.ts'

type Kinds = { string: string; number: number; boolean: boolean }

/** A parameter without a default. Made by `required()`. */
export class RequiredParameter<T extends string | number | boolean> {
  /** An example value, which gives the type, or the allowed values. */
  readonly like: T | Choice<string | number>

  constructor(like: T | Choice<string | number>) {
    this.like = like
  }
}

const likes: Kinds = { string: '', number: 0, boolean: false }

/**
 * Declares a parameter without a default. Katydid refuses a run that does not set it.
 *
 *     tenant: required(), rows: required('number'), stage: required(choice(['test', 'live']))
 *
 * The argument is the type of the values, or a `choice()`. Default: `'string'`.
 */
export function required(): RequiredParameter<string>
export function required<K extends keyof Kinds>(type: K): RequiredParameter<Kinds[K]>
export function required<T extends string | number>(values: Choice<T>): RequiredParameter<T>
export function required(
  type: keyof Kinds | Choice<string | number> = 'string',
): RequiredParameter<Kinds[keyof Kinds]> {
  return new RequiredParameter<Kinds[keyof Kinds]>(typeof type === 'string' ? likes[type] : type)
}
