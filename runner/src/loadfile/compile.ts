import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { BuildFailure, BuildResult, Loader, Plugin } from 'esbuild'
import type { Bundle } from './bundle.ts'
import { checkFile } from './check-file.ts'
import { compileError, describeMessage } from './compile-error.ts'
import { decompress } from './compressed.ts'
import { keepExternal } from './keep-external.ts'
import { nearestTsconfig } from './nearest-tsconfig.ts'
import { bundleLocation, locationDefines, OwnLocation } from './own-location.ts'

export interface CompileOptions {
  /** What a relative file is relative to. */
  cwd?: string
  /** To be loaded on another machine: small, and with nothing of this one's folders in it. */
  portable?: boolean
}

/** Compilers under way: the service process they share ends with the last of them. */
let running = 0

/**
 * Bundles a load file with all it imports into one module, in memory. Decorators are the standard ones whatever the user's tsconfig
 * says, and what the running Node lacks is lowered. The load file may be a bundle, compressed or not.
 *
 * @throws KatydidError LOAD_FILE with the place of the first mistake in the user's file
 */
export async function compile(file: string, options: CompileOptions = {}): Promise<Bundle> {
  const { cwd = process.cwd(), portable = false } = options
  const path = await checkFile(resolve(cwd, file))
  const unpacked = decompress(await readFile(path), path)
  const esbuild = await import('esbuild')
  const folder = dirname(path)
  const tsconfig = nearestTsconfig(folder)
  const workingFolder = tsconfig ? dirname(tsconfig) : folder
  const location = new OwnLocation()
  const externals: Record<string, string> = {}
  running++
  try {
    const result = await esbuild.build({
      entryPoints: [path],
      absWorkingDir: workingFolder, // of the paths in messages
      outfile: join(folder, `${basename(path)}.mjs`), // never written: the map's sources are relative to its folder
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: `node${process.versions.node}`,
      // V8's own `using` takes 1.6 times as long as esbuild's (measured in an async function, Node 24)
      supported: { using: false },
      charset: 'utf8',
      sourcemap: 'external',
      sourcesContent: false,
      metafile: true,
      logLevel: 'silent',
      logLimit: 0,
      loader: textLoaders,
      ...(portable ? { minify: true, keepNames: true } : { define: locationDefines }),
      banner: { js: portable ? bannerOf('$katydid_bundled') : bannerOf('$katydid_require') + bundleLocation },
      tsconfigRaw: JSON.stringify({
        ...(tsconfig ? { extends: tsconfig } : {}),
        compilerOptions: { experimentalDecorators: false },
      }),
      plugins: [
        keepExternal(externals),
        ...(unpacked === undefined ? [] : [given(path, portable ? unpacked : location.tell(path, unpacked))]),
        ...(portable ? [] : [location.plugin]),
      ],
    })
    return toBundle(path, result, workingFolder, externals)
  } catch (error) {
    if (isBuildFailure(error)) throw compileError(error.errors, path, workingFolder, location)
    throw error
  } finally {
    if (--running === 0) await esbuild.stop()
  }
}

/** A file of JavaScript whose text is not what the disk has. */
function given(file: string, contents: string): Plugin {
  return {
    name: 'given',
    setup: ({ onLoad }) =>
      onLoad({ filter: /./, namespace: 'file' }, ({ path }) =>
        path === file ? { contents, loader: 'js' } : undefined,
      ),
  }
}

/**
 * What CommonJS packages in the bundle call; `var`, since a load file may well have its own. A portable bundle is compiled once more where it
 * is loaded, so that its name is another.
 */
function bannerOf(name: string): string {
  return `import{createRequire as ${name}}from'node:module';var require=${name}(import.meta.url);`
}

function toBundle(file: string, result: BuildResult, folder: string, externals: Record<string, string>): Bundle {
  const output = (extension: string) => result.outputFiles?.find(({ path }) => path.endsWith(extension))?.text ?? ''
  const code = output('.mjs')
  return {
    code,
    map: output('.map'),
    file,
    inputs: Object.keys(result.metafile?.inputs ?? {}).map((path) => resolve(folder, path)),
    externals,
    warnings: result.warnings.map((message) => describeMessage(message, folder)),
    hash: createHash('sha256').update(code).digest('hex').slice(0, 16),
  }
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && Array.isArray((error as Partial<BuildFailure>).errors)
}

/** What a load file may import as a string, beside code and JSON. */
const textLoaders: Record<string, Loader> = Object.fromEntries(
  ['.txt', '.md', '.csv', '.html', '.xml', '.sql', '.graphql', '.gql', '.proto', '.pem'].map((extension) => [
    extension,
    'text' as const,
  ]),
)
