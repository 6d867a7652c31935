import { existsSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import type { Plugin } from 'esbuild'

/** What a package uses to find its compiled part: from inside a bundle it would look in the wrong place. */
const nativeLoaders = [
  'bindings',
  'node-gyp-build',
  'node-pre-gyp',
  '@mapbox/node-pre-gyp',
  'node-addon-api',
  'prebuild-install',
]

/**
 * Leaves `katydid` out of the bundle, so that there is one copy of it, and packages with compiled code, which no bundle can hold.
 * Notes for the latter where they were imported from.
 */
export function keepExternal(externals: Record<string, string>): Plugin {
  const natives = new Map<string, boolean>()
  return {
    name: 'keep-external',
    setup(build) {
      build.onResolve({ filter: /^katydid(\/|$)/ }, ({ path }) => ({ path, external: true }))
      build.onResolve({ filter: /\.node$/ }, ({ path, resolveDir }) => {
        return { path: path.startsWith('.') ? join(resolveDir, path) : path, external: true }
      })
      build.onResolve({ filter: /^[^./#]/ }, ({ path, resolveDir, kind }) => {
        if (kind === 'entry-point' || resolveDir === '' || isBuiltin(path)) return undefined
        const folder = packageFolder(path, resolveDir)
        if (!folder) return undefined
        let native = natives.get(folder)
        if (native === undefined) natives.set(folder, (native = isNative(folder)))
        if (!native) return undefined
        externals[path] = resolveDir
        return { path, external: true }
      })
    },
  }
}

function packageFolder(specifier: string, from: string): string | undefined {
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name)
    if (existsSync(join(folder, 'package.json'))) return folder
    if (dirname(at) === at) return undefined
  }
}

interface Manifest {
  gypfile?: boolean
  binary?: unknown
  napi?: unknown
  dependencies?: Record<string, string>
}

function isNative(folder: string): boolean {
  if (existsSync(join(folder, 'binding.gyp')) || existsSync(join(folder, 'prebuilds'))) return true
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
    if (manifest.gypfile || manifest.binary || manifest.napi) return true
    return nativeLoaders.some((name) => manifest.dependencies?.[name] !== undefined)
  } catch {
    return false // esbuild says what is wrong with it
  }
}
