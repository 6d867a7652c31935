import { basename } from 'node:path'
import { KatydidError } from '../../errors.ts'
import { requiredNode, version } from '../../version.ts'

type Json = Record<string, unknown>

export interface Manifest {
  /** The text of the new package.json. */
  readonly content: string
  /** What was not there before: `scripts.load`, `devDependencies.katydid`. */
  readonly added: readonly string[]
  /** The script `load` is somebody else's, so it does not run the load test. */
  readonly hasOtherLoad: boolean
}

export const loadCommand =
  'katydid run -f smoke.yaml --html results/report.html --json results/result.json --junit results/junit.xml'
const scripts = { load: loadCommand, 'load:one': 'katydid run-one -f smoke.yaml' }
const checks = { test: 'tsc && katydid plan -f smoke.yaml' }

/** With the TypeScript and the Node types that katydid itself is checked with. */
const developmentPackages = { '@types/node': '^24.0.0', katydid: `^${version()}`, typescript: '^7.0.2' }

/**
 * A package.json, or the one that is there with what it lacks. Nothing that is in it is changed or removed.
 *
 * @throws KatydidError USAGE where the one that is there is no JSON object
 */
export function manifestOf(dir: string, present: string | undefined): Manifest {
  const before: Json = present === undefined ? fresh(dir) : parse(dir, present)
  const known = { ...mapIn(before, 'dependencies'), ...mapIn(before, 'devDependencies') }
  const after: Json = { ...before }
  const added = [
    ...addMissing(
      after,
      'scripts',
      present === undefined ? { ...scripts, ...checks } : scripts,
      mapIn(before, 'scripts'),
    ),
    ...addMissing(after, 'devDependencies', developmentPackages, known),
  ]
  const content = added.length === 0 && present !== undefined ? present : inStyleOf(present, after)
  return { content, added, hasOtherLoad: !mapIn(after, 'scripts').load?.toString().includes('katydid run') }
}

function fresh(dir: string): Json {
  return { name: packageName(dir), private: true, type: 'module', engines: { node: requiredNode } }
}

function parse(dir: string, text: string): Json {
  const path = `${dir}/package.json`
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new KatydidError('USAGE', `${path} is not JSON: ${(error as Error).message}`, {
      hint: 'correct it, then run init again',
    })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json
  throw new KatydidError('USAGE', `${path} is not a JSON object`, { hint: 'correct it, then run init again' })
}

/** Adds what neither `known` nor the section has; returns the paths. The rest of the section keeps its order. */
function addMissing(manifest: Json, section: string, wanted: Json, known: Json): string[] {
  const missing = Object.entries(wanted).filter(([name]) => !Object.hasOwn(known, name))
  if (missing.length > 0) manifest[section] = { ...mapIn(manifest, section), ...Object.fromEntries(missing) }
  return missing.map(([name]) => `${section}.${name}`)
}

function mapIn(manifest: Json, section: string): Json {
  const value = manifest[section]
  return typeof value === 'object' && value !== null ? (value as Json) : {}
}

/** As npm writes it: the indent, the line ends and the end of the file stay. */
function inStyleOf(text: string | undefined, manifest: Json): string {
  const [, indent = '  '] = /^([ \t]+)"/m.exec(text ?? '') ?? []
  const lines = JSON.stringify(manifest, null, indent) + (/\n$/.test(text ?? '\n') ? '\n' : '')
  return text?.includes('\r\n') ? lines.replaceAll('\n', '\r\n') : lines
}

/** What npm takes as a name: lower case, no spaces. */
function packageName(dir: string): string {
  const name = basename(dir)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|-+$/g, '')
  // nothing is left of some names, and npm refuses a package that has the name of one of its own dependencies
  return name === '' || Object.hasOwn(developmentPackages, name) ? 'load-test' : name
}
