import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { KatydidError } from '../errors.ts'
import { shownPath } from './shown-path.ts'

interface ShownConfig {
  compilerOptions?: { paths?: Record<string, string[]>; types?: string[]; typeRoots?: string[] }
}

/** Where nothing else is said: what an editor would take a load file for. */
const defaults = {
  strict: true,
  target: 'ESNext',
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  resolveJsonModule: true,
}

/**
 * A tsconfig that checks one file by the user's own: decorators are the standard ones, and `katydid` is the one running. `inherited`
 * is what `tsc --showConfig` says of the user's.
 */
export function typecheckConfig(file: string, tsconfig: string | undefined, inherited: string): object {
  const base = tsconfig ? parseShown(inherited, tsconfig) : {}
  const folder = dirname(tsconfig ?? file)
  const paths = Object.entries(base.paths ?? {}).map(([name, places]) => [
    name,
    places.map((place) => resolve(folder, place)),
  ])
  const roots = base.typeRoots?.map((root) => resolve(folder, root)) ?? typeRoots(folder)
  return {
    ...(tsconfig ? { extends: tsconfig } : {}),
    files: [file],
    include: [],
    compilerOptions: {
      ...(tsconfig ? {} : defaults),
      noEmit: true,
      incremental: false,
      composite: false,
      skipLibCheck: true,
      experimentalDecorators: false,
      emitDecoratorMetadata: false,
      erasableSyntaxOnly: false, // esbuild compiles enums
      allowImportingTsExtensions: true,
      typeRoots: roots,
      types: base.types ?? (roots.some((root) => existsSync(join(root, 'node'))) ? ['node'] : []),
      paths: { ...Object.fromEntries(paths), katydid: [ownTypes()] },
    },
  }
}

function parseShown(shown: string, tsconfig: string): NonNullable<ShownConfig['compilerOptions']> {
  try {
    return (JSON.parse(shown) as ShownConfig).compilerOptions ?? {}
  } catch {
    throw new KatydidError('LOAD_FILE', `${shownPath(tsconfig)} is not a valid tsconfig for TypeScript`, {
      hint: shown.trim(),
    })
  }
}

/** Where `@types/node` may be: beside the load file, above it, or beside us. */
function typeRoots(folder: string): string[] {
  const found: string[] = []
  for (const from of [folder, fileURLToPath(new URL('.', import.meta.url))])
    for (let at = from; ; at = dirname(at)) {
      const root = join(at, 'node_modules/@types')
      if (existsSync(root) && !found.includes(root)) found.push(root)
      if (dirname(at) === at) break
    }
  return found
}

function ownTypes(): string {
  const built = fileURLToPath(new URL('../types/index.d.ts', import.meta.url))
  return existsSync(built) ? built : fileURLToPath(new URL('../index.ts', import.meta.url))
}
