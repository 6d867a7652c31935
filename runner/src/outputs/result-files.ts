import { prepareCsvFiles } from './csv.ts'
import { prepareFile } from './output-files.ts'

/** Paths of the files that the outputs will write. */
export function resultFiles(
  options: { json?: string; csv?: string; junit?: string; html?: string },
  cwd: string,
): string[] {
  const { json, csv, junit, html } = options
  const files = csv === undefined ? [] : Object.values(prepareCsvFiles(csv, cwd))
  if (json !== undefined) files.push(prepareFile(json, '--json', cwd))
  if (junit !== undefined) files.push(prepareFile(junit, '--junit', cwd))
  if (html !== undefined) files.push(prepareFile(html, '--html', cwd))
  return files.map(({ path }) => path)
}
