import { dirname } from 'node:path'
import { KatydidError } from '../errors.ts'
import { forgetFeeds, prepareFeeds, setFeedFolder } from '../feeds/declared-feeds.ts'
import { forgetLoadFile } from '../hooks/runtime.ts'
import { onStrayErrors } from '../stray-errors.ts'
import { LoadShape } from '../tasks/load-shape.ts'
import { polyfillMetadata } from '../tasks/metadata.ts'
import type { UserClass } from '../tasks/user.ts'
import { findUserClasses, isSwitchedOff, isUserClass } from '../tasks/user-classes.ts'
import type { Bundle } from './bundle.ts'
import { refuseMistakes } from './file-mistakes.ts'
import { loadError } from './load-error.ts'
import type { LoadFile, LoadShapeClass } from './load-file.ts'
import { settled } from './load-limit.ts'
import { offerBundle, ownIndexUrl } from './module-hooks.ts'
import { noUsers } from './no-users.ts'
import { adoptPlainParams, parameterBook } from './parameter-book.ts'

/** The default of `load.setupTimeout`. */
const defaultLimitMs = 60_000

/**
 * Evaluates a compiled load file in this process. Its `katydid` is the running one; errors have stacks in the user's files.
 * An `await` at its top level has `limitMs`.
 *
 * @throws KatydidError LOAD_FILE where it throws or has no users, PARAM where that is because of its parameters, FEED
 */
export async function load(bundle: Bundle, limitMs = defaultLimitMs): Promise<LoadFile> {
  polyfillMetadata()
  forgetLoadFile()
  await forgetFeeds()
  setFeedFolder(dirname(bundle.file))
  parameterBook.forgetDeclared()
  const exports = await evaluate(bundle, limitMs)
  if (exports.params !== undefined) adoptPlainParams(exports.params)
  // what the compiler makes of a class that has no name
  if (isUserClass(exports.default) && /_default\d*$/.test(exports.default.name))
    giveName(exports.default, 'DefaultUser')
  refuseMistakes(bundle.file, exports)
  const userClasses = findUserClasses(exports)
  if (userClasses.size === 0) throw noUsers(bundle, exports)
  for (const [name, userClass] of userClasses) giveName(userClass, name)
  await prepareFeeds()
  return {
    bundle,
    userClasses,
    switchedOff: Object.entries(exports).flatMap(([name, value]) =>
      isUserClass(value) && isSwitchedOff(value) ? [name] : [],
    ),
    shapes: shapesOf(exports),
    setup: hook(exports, 'setup'),
    teardown: hook(exports, 'teardown'),
    paramsDeclared: parameterBook.declared,
    params: parameterBook.values,
  }
}

async function evaluate(bundle: Bundle, limitMs: number): Promise<Record<string, unknown>> {
  const strays: unknown[] = []
  const stopHearing = onStrayErrors((error) => strays.push(error))
  try {
    const exports = exportsOf(await settled(import(offerBundle(bundle)), bundle, limitMs))
    // only then a promise that the file leaves behind is known to be nobody's
    await new Promise((resolve) => setImmediate(resolve))
    if (strays.length > 0) throw strays[0]
    return exports
  } catch (error) {
    parameterBook.throwMistakes() // more likely the reason than what followed from them
    throw await loadError(error, bundle, async () => Object.keys(await import(ownIndexUrl)))
  } finally {
    stopHearing()
  }
}

/** Of CommonJS the compiler makes a module with a default export only, which is what `module.exports` was. */
function exportsOf(module: object): Record<string, unknown> {
  const exports: Record<string, unknown> = { ...module }
  const { default: only } = exports
  const isCommonJs = Object.keys(exports).length === 1 && typeof only === 'object' && only !== null
  return isCommonJs ? { ...only } : exports
}

function shapesOf(exports: Record<string, unknown>): Map<string, LoadShapeClass> {
  const isShape = (value: unknown): value is LoadShapeClass =>
    typeof value === 'function' &&
    value.prototype instanceof LoadShape &&
    !(Object.hasOwn(value, 'abstract') && (value as { abstract?: boolean }).abstract)
  const found = new Map<string, LoadShapeClass>()
  for (const [name, value] of Object.entries(exports))
    if (isShape(value) && ![...found.values()].includes(value)) found.set(name === 'default' ? value.name : name, value)
  return found
}

function hook<Name extends 'setup' | 'teardown'>(exports: Record<string, unknown>, name: Name): LoadFile[Name] {
  const value = exports[name]
  if (value === undefined) return undefined
  if (typeof value === 'function') return value as LoadFile[Name]
  throw new KatydidError(
    'LOAD_FILE',
    `The load file exports ${name} of type ${typeof value}, but ${name} must be a function`,
    {
      hint: `write export async function ${name}(environment) { … }. Katydid calls it once per run`,
    },
  )
}

/** Where a class mentions itself the compiler gives it another name, which reports would show. */
function giveName(userClass: UserClass, name: string): void {
  if (userClass.name !== name && Object.getOwnPropertyDescriptor(userClass, 'name')?.writable === false)
    Object.defineProperty(userClass, 'name', { value: name, configurable: true })
}
