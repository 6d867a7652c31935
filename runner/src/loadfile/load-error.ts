import { KatydidError, stackOf } from '../errors.ts'
import { suggest } from '../plan/suggest.ts'
import type { Bundle } from './bundle.ts'
import { excerptOf, type Place } from './excerpt.ts'
import { findMissingExport, findSyntaxError } from './link-error.ts'
import { shownPath } from './shown-path.ts'
import { placeOf } from './user-frames.ts'

/** An error thrown while a load file was evaluated, at its line in the user's file. */
export async function loadError(error: unknown, bundle: Bundle, exportsOfKatydid: () => Promise<string[]>) {
  if (error instanceof KatydidError) return withPlace(error, bundle)
  if (!(error instanceof Error))
    return new KatydidError(
      'LOAD_FILE',
      `${shownPath(bundle.file)}: the load file threw while it was loaded: ${String(error)}`,
    )
  const missing = findMissingExport(error, bundle)
  if (missing) {
    const names = await exportsOfKatydid()
    const meant = missing.from === 'katydid' ? suggest(missing.name, names) : undefined
    const text = `${missing.from} has no export ${missing.name}`
    return at(missing.place, bundle, text, error, meant && `did you mean ${meant}?`)
  }
  const invalid = findSyntaxError(error, bundle)
  if (invalid) return at(invalid, bundle, error.message, error)
  const [place, ...callers] = placesIn(error, bundle)
  const path = callers.map((caller) => `called from ${shownPlace(caller)}`)
  return at(place, bundle, `${error.name}: ${error.message}`, error, path.slice(0, 5).join('\n'))
}

function at(place: Place | undefined, bundle: Bundle, text: string, cause: Error, more = ''): KatydidError {
  const where = place ? shownPlace(place) : shownPath(bundle.file)
  const hint = [place && excerptOf(place), more].filter(Boolean).join('\n')
  return new KatydidError('LOAD_FILE', `${where}: ${text}`, { cause, ...(hint ? { hint, shortHint: more } : {}) })
}

/** Our own errors say what is wrong, but not which line of the load file asked for it. */
function withPlace(error: KatydidError, bundle: Bundle): KatydidError {
  const [place] = placesIn(error, bundle)
  if (!place) return error
  const withPlace = (hint: string | undefined) => [hint, `at ${shownPlace(place)}`].filter(Boolean).join('\n')
  const hints = { hint: withPlace(error.hint), shortHint: withPlace(error.shortHint) }
  return new KatydidError(error.code, error.message, { ...hints, cause: error.cause, exitCode: error.exitCode })
}

/** Where an error came from, innermost first: in the user's own files, or else in packages they are bundled with. */
function placesIn(error: Error, { inputs }: Bundle): Place[] {
  const places = stackOf(error)
    .split('\n')
    .map(placeOf)
    .filter((place) => place !== undefined)
  const bundled = places.filter(({ file }) => inputs.includes(file))
  const own = bundled.filter(({ file }) => !/[/\\]node_modules[/\\]/.test(file))
  return own.length > 0 ? own : bundled
}

function shownPlace({ file, line, column }: Place): string {
  return `${shownPath(file)}:${line}:${column}`
}
