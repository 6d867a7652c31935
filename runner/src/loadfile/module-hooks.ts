import { registerHooks, setSourceMapsSupport } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Bundle } from './bundle.ts'

/** The copy of `katydid` that is running: its sources in development, its build otherwise. */
export const ownIndexUrl = new URL(import.meta.url.endsWith('.ts') ? '../index.ts' : '../index.js', import.meta.url)
  .href

/** What a bundle's own URL ends with, so that frames that map to no file of the user can be told. */
export const bundleMark = '?katydid='

interface Evaluated {
  source: string
  externals: Bundle['externals']
}

const evaluated = new Map<string, Evaluated>()
let hooked = false

/**
 * Gives a bundle a URL that can be imported: the load file's, so that paths relative to it hold. The hooks stay, since
 * load files import lazily too, and since whatever asks for `katydid` shall get the running one.
 */
export function offerBundle(bundle: Bundle): string {
  if (!hooked) hook()
  hooked = true
  // maps of npm packages are read for nothing, unless the load file lies in one (our examples do)
  setSourceMapsSupport(true, { nodeModules: /[/\\]node_modules[/\\]/.test(bundle.file) })
  const url = `${pathToFileURL(bundle.file).href}${bundleMark}${evaluated.size + 1}`
  const map = Buffer.from(bundle.map).toString('base64')
  const source = `${bundle.code}\n//# sourceMappingURL=data:application/json;base64,${map}\n`
  evaluated.set(url, { source, externals: bundle.externals })
  return url
}

function hook(): void {
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'katydid') return { url: ownIndexUrl, shortCircuit: true }
      if (specifier.startsWith('katydid/')) return next(specifier, { ...context, parentURL: ownIndexUrl })
      if (evaluated.has(specifier)) return { url: specifier, shortCircuit: true }
      const folder = evaluated.get(context.parentURL ?? '')?.externals[specifier]
      return folder
        ? next(specifier, { ...context, parentURL: pathToFileURL(join(folder, 'importer.js')).href })
        : next(specifier, context)
    },
    load(url, context, next) {
      const bundle = evaluated.get(url)
      return bundle ? { format: 'module', source: bundle.source, shortCircuit: true } : next(url, context)
    },
  })
}
