import { suggest } from '../plan/suggest.ts'
import { type AnyClass, declarationsOf, tagsOf } from './declarations.ts'
import { allTasks, hasTasksInFields } from './declared-tasks.ts'
import { isTaskSetClass } from './task-set.ts'

/**
 * Said of tags that no task of these classes has. Nothing where some of their tasks are in fields, which only a user shows, and nothing of wanted
 * tags where none of them is known: then no task is left, and the run is refused with a sentence of its own.
 */
export function unknownTags(
  { tags, excludeTags }: { tags: readonly string[]; excludeTags: readonly string[] },
  classes: Iterable<AnyClass>,
): string[] {
  const all = [...classes]
  const wanted = unknownOf(tags, all)
  return [...(wanted.length < tags.length ? wanted : []), ...unknownOf(excludeTags, all)]
}

function unknownOf(asked: readonly string[], classes: readonly AnyClass[]): string[] {
  const known = new Set<string>()
  const seen = new Set<AnyClass>()
  if (asked.length === 0 || !classes.every((one) => collect(one, known, seen))) return []
  return asked
    .filter((tag) => !known.has(tag))
    .map((tag) => {
      const meant = suggest(tag, [...known])
      const has = known.size > 0 ? `the tags are ${[...known].join(', ')}` : 'no task has a tag'
      return `no task has the tag ${tag}: ${meant ? `did you mean ${meant}? ` : ''}${has}`
    })
}

/** False where not all can be known. */
function collect(holder: AnyClass, known: Set<string>, seen: Set<AnyClass>): boolean {
  if (seen.has(holder)) return true
  seen.add(holder)
  if (hasTasksInFields(holder)) return false
  for (const tag of [...tagsOf(holder), ...declarationsOf(holder).flatMap(({ tags }) => tags)]) known.add(tag)
  return allTasks(holder).every(({ tags, body, member }) => {
    for (const tag of tags) known.add(tag)
    const set = body ?? (holder as unknown as Record<PropertyKey, unknown>)[member as string]
    return !isTaskSetClass(set) || collect(set as unknown as AnyClass, known, seen)
  })
}
