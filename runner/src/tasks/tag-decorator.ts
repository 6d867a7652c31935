import { KatydidError } from '../errors.ts'
import { declarationOf, type MemberContext, tagClass, tagFunction } from './declarations.ts'

/** Goes on tasks and on whole TaskSet or user classes; called by hand, also on a plain function used in `static tasks`. */
export type TagDecorator = (target: unknown, context?: MemberContext | ClassContext) => void

interface ClassContext {
  readonly kind: 'class'
  readonly metadata: DecoratorMetadataObject
}

/**
 * Names a task, or all tasks of a set, so that `-T name` runs only what is tagged and `-E name` leaves it out.
 *
 *     @tag('checkout', 'slow') @task async pay() {}
 */
export function tag(...names: string[]): TagDecorator {
  if (names.length === 0 || names.some((name) => typeof name !== 'string' || name === ''))
    throw new KatydidError('LOAD_FILE', '@tag needs at least one name', { hint: "for example @tag('checkout')" })
  return (target, context) => {
    if (context === undefined && typeof target === 'function') return tagFunction(target, names)
    if (context?.kind === 'class') return tagClass(context.metadata, names)
    const member = declarationOf(context as MemberContext)
    member.tags = [...member.tags, ...names]
  }
}
