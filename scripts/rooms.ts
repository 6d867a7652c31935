/**
 * The rooms of runner/src and what each may import. `npm run check` runs it. Biome forbids circles between files; this forbids
 * imports of a room from above and through a wall. See runner/design/017-rooms.md.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

const runs = 'environment hooks tasks running'
const facts = 'facts plan profile stats'

/** Lowest first. A room (a folder, or a file that lies beside them) may import what its line names; that must stand above it in this list. */
export const rooms: Record<string, string> = {
  'errors.ts': '',
  'printable.ts': '',
  'version.ts': '',
  secrets: '',
  'redact.ts': 'secrets',
  'log.ts': 'errors.ts printable.ts redact.ts secrets',
  'process-end.ts': 'errors.ts',
  'stray-errors.ts': '',
  stats: 'errors.ts secrets',
  plan: 'errors.ts',
  profile: 'errors.ts plan stats',
  facts: 'errors.ts plan profile stats',
  protocols: 'errors.ts plan secrets stats',
  environment: 'errors.ts protocols secrets stats',
  tasks: 'errors.ts environment plan profile protocols stats',
  hooks: 'errors.ts environment tasks stats',
  running: 'errors.ts environment hooks tasks profile stats',
  feeds: 'errors.ts environment tasks plan stats',
  loadfile: `errors.ts stray-errors.ts secrets ${runs} feeds plan stats`,
  'system.ts': 'process-end.ts secrets loadfile',
  transport: `errors.ts log.ts printable.ts secrets loadfile ${facts}`,
  worker: `errors.ts log.ts stray-errors.ts secrets ${runs} protocols feeds loadfile transport ${facts}`,
  verdict: `errors.ts secrets ${facts}`,
  outputs: `errors.ts printable.ts redact.ts version.ts secrets ${facts}`,
  master: `errors.ts log.ts redact.ts secrets environment hooks tasks loadfile transport verdict outputs ${facts}`,
  target: 'errors.ts',
  cli: `errors.ts log.ts printable.ts redact.ts stray-errors.ts system.ts version.ts secrets ${runs} protocols feeds loadfile transport worker verdict outputs master target ${facts}`,
  'main.ts': 'errors.ts stray-errors.ts system.ts worker cli',
  'index.ts': `errors.ts ${runs} protocols feeds loadfile`,
}

/** Packages, and the rooms that may import them. */
const packages: Record<string, string> = {
  '@opentelemetry': 'outputs',
  commander: 'cli',
  esbuild: 'loadfile',
  // the text of a new load file
  katydid: 'cli',
  msgpackr: 'transport',
  pino: 'log.ts',
  'pino-pretty': 'log.ts',
  'prom-client': 'outputs',
  tar: 'outputs',
  undici: 'protocols outputs master',
  yaml: 'plan',
  zeromq: 'transport',
  zod: 'plan',
}

/** As Biome formats them. */
const importPattern = /^(?:import|export)\s+(?:[\w$*{},\s]+?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm

/** The imports of these files that the rooms forbid, a line each. `files`: text by path below runner/src. */
export function crossings(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([file, text]) =>
    [...text.replace(/^\s*(\/\/|\*|\/\*).*$/gm, '').matchAll(importPattern)]
      .map(([, from, later]) => (from ?? later) as string)
      .flatMap((specifier) => crossing(file, specifier) ?? []),
  )
}

function crossing(file: string, specifier: string): string | undefined {
  const from = roomOf(file)
  const mayImport = rooms[from]
  if (mayImport === undefined) return `${file}: ${from} is no room: give it a line in scripts/rooms.ts`
  if (specifier.startsWith('node:') || specifier.endsWith('.json')) return undefined
  if (!specifier.startsWith('.')) {
    const name = specifier.split('/', 1)[0] as string
    const users = packages[name]
    if (users?.split(' ').includes(from)) return undefined
    return `${file} imports ${specifier}: ${users ? `only ${users} may` : 'no room may'}`
  }
  const to = roomOf(normalize(join(dirname(file), specifier)))
  if (to === from || mayImport.split(' ').includes(to)) return undefined
  return `${file} imports ${specifier}: ${from} may import only ${mayImport || 'nothing'}`
}

/** Rooms whose line names one that does not stand above it. */
export function disorder(table: Readonly<Record<string, string>> = rooms): string[] {
  const above = new Set<string>()
  return Object.entries(table).flatMap(([room, mayImport]) => {
    const wrong = mayImport.split(' ').filter((name) => name !== '' && !above.has(name))
    above.add(room)
    return wrong.map((name) => `${room} may import ${name}, which does not stand above it in scripts/rooms.ts`)
  })
}

function roomOf(file: string): string {
  return file.split('/', 1)[0] as string
}

/** Tests and what only they use may look at whatever they like. */
function sources(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return new Map(
    paths
      .filter((path) => path.endsWith('.ts') && !/\.(test|fixture|contract|fuzz)\.ts$/.test(path))
      .map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
  )
}

if (import.meta.main) {
  const mistakes = [...disorder(), ...crossings(sources(new URL('../runner/src', import.meta.url).pathname))]
  for (const mistake of mistakes) console.error(mistake)
  process.exitCode = mistakes.length > 0 ? 1 : 0
}
