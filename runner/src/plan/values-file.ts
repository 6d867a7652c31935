import { LineCounter, parseAllDocuments } from 'yaml'
import { KatydidError } from '../errors.ts'
import { readAsHelm } from './helm-scalars.ts'
import type { Layer, Values } from './layers.ts'
import { quote } from './quote.ts'
import { readOnce } from './read-once.ts'

/** Reads a values file: YAML (or JSON) with a map at its top; an empty one is an empty map. Throws a KatydidError. */
export function readValuesFile(path: string): Layer {
  return { name: path, values: parseValues(read(path), path) }
}

/** Values that Helm reads differently from YAML 1.2: `v.yaml:3:12: Helm reads 010 as 8, …`. Throws a KatydidError. */
export function valuesNotes(path: string): string[] {
  return parse(read(path), path).notes
}

/**
 * The values in a text; `name` is for errors, which say file:line:column.
 *
 * @tested any text, without a file for each
 */
export function parseValues(text: string, name: string): Values {
  return parse(text, name).values
}

function parse(text: string, name: string): { values: Values; notes: string[] } {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    merge: true,
    logLevel: 'silent',
  })
  if (documents.length > 1)
    throw bad(`${name}: more than one YAML document`, 'keep one document: remove the second --- and what follows it')
  const document = Array.isArray(documents) ? documents[0] : undefined
  const [mistake] = document?.errors ?? []
  if (mistake) {
    const { line, col } = lines.linePos(mistake.pos[0])
    throw bad(`${name}:${line}:${col}: this is not valid YAML: ${mistake.message}`)
  }
  const reading = document && readAsHelm(document, lines)
  if (reading?.mistake) throw bad(`${name}:${reading.mistake}`)
  const notes = reading?.notes.map((note) => `${name}:${note}`) ?? []
  const values = plain(document, name)
  if (values === null || values === undefined) return { values: {}, notes }
  if (typeof values !== 'object' || Array.isArray(values))
    throw bad(`${name}: must be a map with the key load, not ${quote(values)}`)
  return { values: values as Values, notes }
}

function plain(document: { toJS(): unknown } | undefined, name: string): unknown {
  try {
    return document?.toJS()
  } catch (error) {
    // aliases that multiply, or lead nowhere
    throw bad(`${name}: this is not valid YAML: ${error instanceof Error ? error.message : error}`)
  }
}

function read(path: string): string {
  try {
    return readOnce(path).toString('utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw bad(`values file ${path} does not exist`, undefined, error)
    if (code === 'EISDIR') throw bad(`values file ${path} is a directory`, undefined, error)
    throw bad(`values file ${path} cannot be read: ${code ?? error}`, undefined, error)
  }
}

function bad(message: string, hint?: string, cause?: unknown): KatydidError {
  return new KatydidError('PLAN', message, { ...(hint ? { hint } : {}), cause })
}
