import { SourceMap } from 'node:module'
import { dirname, resolve } from 'node:path'
import { Script } from 'node:vm'
import type { Bundle } from './bundle.ts'
import { sourceText } from './compressed.ts'
import type { Place } from './excerpt.ts'

/** A name that a module left out of the bundle does not export: Node tells of it before anything runs, so there is no stack. */
export function findMissingExport(
  error: Error,
  bundle: Bundle,
): { name: string; from: string; place?: Place } | undefined {
  if (error.name !== 'SyntaxError') return undefined
  const [, from, name] = /module '([^']+)' does not provide an export named '([^']+)'/.exec(error.message) ?? []
  if (from === undefined || name === undefined) return undefined
  const place = bundle.inputs.filter((file) => !/[/\\]node_modules[/\\]/.test(file)).map((file) => firstUse(file, name))
  const found = place.find((each) => each !== undefined)
  return found ? { name, from, place: found } : { name, from }
}

function firstUse(file: string, name: string): Place | undefined {
  try {
    const lines = sourceText(file).split('\n')
    const used = new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`)
    const index = lines.findIndex((line) => used.test(line))
    return index < 0 ? undefined : { file, line: index + 1, column: (lines[index] as string).search(used) + 1 }
  } catch {
    return undefined
  }
}

/**
 * What V8 refuses and esbuild lets pass (an invalid regular expression). Of a module it does not say where; of a script it
 * does, so the bundle is parsed once more as one, without what only a module may hold.
 */
export function findSyntaxError(error: Error, bundle: Bundle): Place | undefined {
  if (error.name !== 'SyntaxError') return undefined
  const blank = (text: string) => text.replace(/[^\n]/g, ' ')
  const statements = bundle.code.replace(/^import\b[^;]*;|^export \{[^}]*\};/gm, blank)
  const body = statements.replaceAll('import.meta', '(undefined)') // of the same length
  const found = syntaxErrorOf(`(async () => {\n${body}\n})`)
  if (found?.message !== error.message) return undefined
  const entry = new SourceMap(JSON.parse(bundle.map)).findEntry(found.line - 1, found.column)
  if (!('originalSource' in entry)) return undefined
  const file = resolve(dirname(bundle.file), entry.originalSource)
  return { file, line: entry.originalLine + 1, column: entry.originalColumn + 1 }
}

/** Of a script's own level, in brackets lest V8 put off its parsing. Lines and columns from 0. */
function syntaxErrorOf(script: string): { message: string; line: number; column: number } | undefined {
  try {
    new Script(script, { filename: 'bundle' })
    return undefined
  } catch (error) {
    const { message, stack = '' } = error as Error
    const [head, , carets] = stack.split('\n')
    const line = Number(/^bundle:(\d+)$/.exec(head ?? '')?.[1])
    return { message, line: line - 1, column: Math.max(0, (carets ?? '').indexOf('^')) }
  }
}
