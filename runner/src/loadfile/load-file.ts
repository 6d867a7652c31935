import type { Environment } from '../environment/environment.ts'
import type { LoadShape } from '../tasks/load-shape.ts'
import type { UserClass } from '../tasks/user.ts'
import type { Bundle } from './bundle.ts'
import type { ParameterInfo } from './parameter-book.ts'

export interface LoadShapeClass {
  new (): LoadShape
  readonly name: string
  readonly useCommonOptions?: boolean
}

/** What a load file says, once it was evaluated. */
export interface LoadFile {
  readonly bundle: Bundle
  /** By the names they are exported as. */
  readonly userClasses: ReadonlyMap<string, UserClass>
  /** User classes of weight 0, which do not run. */
  readonly switchedOff: readonly string[]
  readonly shapes: ReadonlyMap<string, LoadShapeClass>
  /** Once per run, before the first user; what it returns reaches every user as JSON. */
  readonly setup: ((environment: Environment) => unknown) | undefined
  /** Once per run, after the last user, with what `setup` returned. */
  readonly teardown: ((data: unknown, environment: Environment) => unknown) | undefined
  /** Its parameters: those of `parameters()` calls and of a plain `params` export. */
  readonly paramsDeclared: readonly ParameterInfo[]
  /** Their values, with overrides. */
  readonly params: Readonly<Record<string, unknown>>
}
