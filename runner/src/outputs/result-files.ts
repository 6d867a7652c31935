import { prepareCsvFiles } from './csv/csv.ts'
import { prepareFile } from './output-files.ts'

interface ResultFlags {
  json?: string
  csv?: string
  junit?: string
  html?: string
}

/** Paths of those that tell the verdict. */
export function verdictFiles({ csv: _, ...others }: ResultFlags, cwd: string): string[] {
  return resultFiles(others, cwd)
}

/** Paths of the files that the outputs will write. */
export function resultFiles({ json, csv, junit, html }: ResultFlags, cwd: string): string[] {
  const files = csv === undefined ? [] : Object.values(prepareCsvFiles(csv, cwd))
  if (json !== undefined) files.push(prepareFile(json, '--json', cwd))
  if (junit !== undefined) files.push(prepareFile(junit, '--junit', cwd))
  if (html !== undefined) files.push(prepareFile(html, '--html', cwd))
  return files.map(({ path }) => path)
}
