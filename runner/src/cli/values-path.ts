import { extname } from 'node:path'
import { KatydidError } from '../errors.ts'
import { fromLocust } from '../loadfile/check-file.ts'

const code = new Set(['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'])

/** The path of a values file. Locust's `-f` is the locustfile, so that a load file is often said there. @throws KatydidError USAGE */
export function checkValuesPath(path: string): string {
  const extension = extname(path).toLowerCase()
  if (extension === '.py')
    throw new KatydidError('USAGE', `-f takes values files, but ${path} is a Python file`, { hint: fromLocust })
  if (code.has(extension))
    throw new KatydidError('USAGE', `-f takes values files, but ${path} is a load file`, {
      hint: `write ${path} without -f`,
    })
  return path
}
