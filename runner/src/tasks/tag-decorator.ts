import { KatydidError } from '../errors.ts'
import {
  declarationOf,
  type LegacyMember,
  type MemberContext,
  standardContext,
  tagClass,
  tagFunction,
} from './declarations.ts'

/** Goes on tasks and on whole TaskSet or user classes; called by hand, also on a plain function used in `static tasks`. */
export type TagDecorator = (target: unknown, context?: MemberContext | ClassContext | LegacyMember[1]) => void

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
    const given = standardContext<MemberContext | ClassContext>(context, '@tag')
    if (given.kind === 'class') return tagClass(given.metadata, names)
    const member = declarationOf(given)
    member.tags = [...member.tags, ...names]
  }
}
