import { declarationOf, type LegacyMember, type MemberContext, standardContext } from './declarations.ts'
import { taskWeight } from './task-weight.ts'

/** Goes on methods of a MarkovTaskSet. */
export interface TransitionDecorator {
  (method: (...args: never[]) => unknown, context: MemberContext & { kind: 'method' }): void
  (...legacy: LegacyMember): void
}

/** In a MarkovTaskSet: after this task comes `to`, with this weight against its other transitions. */
export function transition(to: string, weight = 1): TransitionDecorator {
  return transitions({ [to]: weight })
}

/** Several transitions at once: `{ index: 2, checkout: 1 }`, or names and pairs: `['index', ['checkout', 3]]`. */
export function transitions(
  to: Readonly<Record<string, number>> | readonly (string | readonly [string, number])[],
): TransitionDecorator {
  const pairs = Array.isArray(to)
    ? to.map((entry: string | readonly [string, number]) => (typeof entry === 'string' ? ([entry, 1] as const) : entry))
    : Object.entries(to as Record<string, number>)
  return (_method: unknown, given: unknown) => {
    const context = standardContext(given, '@transition')
    const declaration = declarationOf(context)
    declaration.transitions ??= new Map()
    for (const [name, weight] of pairs)
      declaration.transitions.set(name, taskWeight(weight, `the transition from ${String(context.name)} to ${name}`))
  }
}
