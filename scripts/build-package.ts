/**
 * Builds what the npm package `katydid` needs beside the files of its folder: `dist` (the compiled sources), `dist/types` (the types that a load
 * file sees) and the licence. `npm pack` and `npm publish` run it (`prepack` in runner/package.json).
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'runner/dist')
const types = join(dist, 'types')

rmSync(dist, { recursive: true, force: true })
const tsc = join(root, 'node_modules/.bin/tsc')
const declarations = ['--declaration', '--stripInternal', '--declarationDir', types]
const { status } = spawnSync(tsc, ['-p', join(root, 'runner/tsconfig.json'), ...declarations], { stdio: 'inherit' })
if (status !== 0) process.exit(1)

const seen = reachedFrom(join(types, 'index.d.ts'))
for (const path of globSync('**/*.d.ts', { cwd: types })) if (!seen.has(join(types, path))) rmSync(join(types, path))
// types have no format of their own: with this a CommonJS folder may import them, too (TS1479 otherwise); katydid bundles the load file anyway
writeFileSync(join(types, 'package.json'), '{ "type": "commonjs" }\n')
copyFileSync(join(root, 'LICENSE'), join(root, 'runner/LICENSE'))

/** The declaration files that one imports, and those that they import. */
function reachedFrom(entry: string): Set<string> {
  const reached = new Set([entry])
  for (const file of reached)
    for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?'([^']+)'/g)) {
      if (!specifier.startsWith('.'))
        throw new Error(
          `${file} imports ${specifier}: a load file sees types of katydid alone (is something not @internal?)`,
        )
      reached.add(join(dirname(file), specifier.replace(/\.ts$/, '.d.ts')))
    }
  return reached
}
