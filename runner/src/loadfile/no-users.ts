import { KatydidError } from '../errors.ts'
import { allTasks } from '../tasks/declared-tasks.ts'
import { isSwitchedOff, isUserClass } from '../tasks/user-classes.ts'
import type { Bundle } from './bundle.ts'
import { sourceText } from './compressed.ts'
import { shownPath } from './shown-path.ts'

const wanted = 'export class Shopper extends HttpUser { @task async browse() { … } }'

/** Why a load file has nobody to run: what was found instead. */
export function noUsers(bundle: Bundle, exports: Readonly<Record<string, unknown>>): KatydidError {
  const reasons = Object.entries(exports).map(([name, value]) => `${name}: ${reason(value)}`)
  for (const name of notExported(bundle, exports)) reasons.push(`${name}: a class that is not exported`)
  if (reasons.length === 0) reasons.push('it exports nothing')
  return new KatydidError('LOAD_FILE', `No user class in ${shownPath(bundle.file)}`, {
    hint: [...reasons, `export a class that extends User and has tasks: ${wanted}`].join('\n'),
  })
}

function reason(value: unknown): string {
  if (isUserClass(value)) {
    if (Object.hasOwn(value, 'abstract') && value.abstract)
      return 'a user class with static abstract = true: it is only a base class'
    if (isSwitchedOff(value)) return 'a user class with static weight = 0: it has no users'
    if (allTasks(value).length > 0) return 'a user class whose tasks all have weight 0'
    return 'a user class without tasks (mark methods with @task, or set static tasks)'
  }
  if (typeof value !== 'function')
    return value === null ? 'null' : `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`
  return /^class\b/.test(Function.prototype.toString.call(value)) ? 'a class that does not extend User' : 'a function'
}

/** Classes the load file declares and keeps to itself; told by their text, for nothing else knows of them. */
function notExported(bundle: Bundle, exports: Readonly<Record<string, unknown>>): string[] {
  try {
    const text = sourceText(bundle.file)
    const names = [...text.matchAll(/^(?:abstract\s+)?class\s+([\w$]+)\s+extends\s+\w*User\b/gm)].map(
      ([, name]) => name as string,
    )
    return names.filter((name) => exports[name] === undefined)
  } catch {
    return []
  }
}
