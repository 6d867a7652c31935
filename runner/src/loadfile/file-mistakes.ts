import { KatydidError } from '../errors.ts'
import { classMistakes } from '../tasks/class-mistakes.ts'
import { bare } from '../tasks/class-words.ts'
import type { AnyClass } from '../tasks/declarations.ts'
import { allTasks } from '../tasks/declared-tasks.ts'
import { LoadShape } from '../tasks/load-shape.ts'
import { isTaskSetClass } from '../tasks/task-set.ts'
import { isUserClass } from '../tasks/user-classes.ts'
import { shownPath } from './shown-path.ts'

/**
 * Refuses a load file that says what nobody would hear: Locust's words on its classes, k6's exports, names with a slip in them.
 *
 * @throws KatydidError LOAD_FILE with all of them
 */
export function refuseMistakes(file: string, exports: Readonly<Record<string, unknown>>): void {
  const classes = new Set<unknown>()
  const mistakes = [
    ...Object.entries(exports).flatMap(([name, value]) => exportMistake(name, value) ?? []),
    ...Object.entries(exports).flatMap(([name, value]) => mistakesOf(name, value, classes)),
  ]
  const [first, ...others] = new Set(mistakes)
  if (first === undefined) return
  const shown = shownPath(file)
  if (others.length === 0) throw new KatydidError('LOAD_FILE', `${shown}: ${first}`)
  throw new KatydidError('LOAD_FILE', `${shown} has ${others.length + 1} mistakes`, {
    hint: [first, ...others].join('\n'),
  })
}

/** Of a class and of the task sets in it, as far as they can be known without an instance. The compiler may have renamed a class. */
function mistakesOf(known: string | undefined, value: unknown, seen: Set<unknown>): string[] {
  if (typeof value !== 'function' || seen.has(value)) return []
  seen.add(value)
  const someClass = value as AnyClass
  const name = known === undefined || known === 'default' ? someClass.name : known
  if (someClass.prototype instanceof LoadShape)
    return [...classMistakes('shape', someClass, name), ...shapeMistakes(name, someClass)]
  if (!isUserClass(value) && !isTaskSetClass(value)) return []
  const found = classMistakes(isUserClass(value) ? 'user' : 'task set', someClass, name)
  for (const { body, member } of allTasks(someClass)) {
    const set = body ?? (value as unknown as Record<PropertyKey, unknown>)[member as string]
    found.push(...mistakesOf(member === undefined ? undefined : String(member), set, seen))
  }
  return found
}

/** A method that TypeScript asks for, and JavaScript does not. */
function shapeMistakes(name: string, someClass: AnyClass): string[] {
  const isFinal = !(Object.hasOwn(someClass, 'abstract') && (someClass as { abstract?: boolean }).abstract)
  // a field is known of an instance only
  const isMissing = !('tick' in someClass.prototype) && !/\btick\b/.test(Function.prototype.toString.call(someClass))
  return isFinal && isMissing
    ? [`${name} has no tick(): add a method tick() that returns [users, spawnRate]. Katydid calls it once per second`]
    : []
}

const hooks = "events.testStart.addListener(async ({ environment }) => { … }), with events from 'katydid'"
const plan = 'flags (-u 100 -r 10 -t 5m), or load.profile and load.thresholds in a values file'
const params = "export const params = parameters({ tenant: 'blue' })"

/** What other tools look for among a file's exports; names as `bare` makes them. */
const foreignFunctions: Record<string, string> = {
  ...Object.fromEntries(['teststart', 'ontestart', 'onteststart'].map((name) => [name, hooks])),
  ...Object.fromEntries(
    ['teststop', 'onteststop', 'teststopping', 'onteststopping', 'onlocustinit'].map((name) => [
      name,
      hooks.replace('testStart', name.endsWith('init') ? 'init' : name.endsWith('ing') ? 'testStopping' : 'testStop'),
    ]),
  ),
  handlesummary: '--json, --html, --csv or --junit to write the results',
}

const k6Options = ['vus', 'duration', 'stages', 'iterations', 'scenarios', 'thresholds', 'rps', 'tags', 'executor']

function exportMistake(name: string, value: unknown): string | undefined {
  const plain = bare(name)
  if (typeof value === 'function' && !/^class\b/.test(Function.prototype.toString.call(value))) {
    if (name === 'default')
      return 'export default is a function, as in k6: export a class instead, export class Shopper extends HttpUser { @task async browse() { … } }'
    if (['setup', 'teardown'].includes(plain) && name !== plain)
      return `export ${name} is a function that katydid does not call: rename it to ${plain}`
    const advice = Object.hasOwn(foreignFunctions, plain) ? foreignFunctions[plain] : undefined
    return advice && `export ${name} is a function that katydid does not call: use ${advice}`
  }
  if (name === 'options' && typeof value === 'object' && value !== null) {
    const found = Object.keys(value).filter((key) => k6Options.includes(key))
    return found.length > 0
      ? `export options with ${found.join(', ')} is for k6, and katydid does not read it: use ${plan}`
      : undefined
  }
  if (plain === 'params' && name !== 'params' && name !== 'PARAMS')
    return `katydid does not read export ${name}: write ${params}`
  return undefined
}
