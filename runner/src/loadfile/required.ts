import type { Choice } from './choice.ts'

type Kinds = { string: string; number: number; boolean: boolean }

/** A parameter without a default; made by `required()`. */
export class RequiredParameter<T extends string | number | boolean> {
  /** What its values are like, or which they are. */
  readonly like: T | Choice<string | number>

  constructor(like: T | Choice<string | number>) {
    this.like = like
  }
}

const likes: Kinds = { string: '', number: 0, boolean: false }

/**
 * A parameter that each run has to set: `tenant: required()`, `rows: required('number')`, `stage: required(choice(['test', 'live']))`.
 * Where nobody does, the run is refused.
 *
 * @param type of its values; text where it is left out
 */
export function required(): RequiredParameter<string>
export function required<K extends keyof Kinds>(type: K): RequiredParameter<Kinds[K]>
export function required<T extends string | number>(values: Choice<T>): RequiredParameter<T>
export function required(
  type: keyof Kinds | Choice<string | number> = 'string',
): RequiredParameter<Kinds[keyof Kinds]> {
  return new RequiredParameter<Kinds[keyof Kinds]>(typeof type === 'string' ? likes[type] : type)
}
