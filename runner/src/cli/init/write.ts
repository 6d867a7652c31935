import { readText, writeText } from './disk.ts'
import type { ProjectFile } from './files.ts'

/** What became of a file: `unchanged` has the content already, `kept` has another one and stays. */
type Fate = 'created' | 'changed' | 'replaced' | 'kept' | 'unchanged'

export interface WrittenFile extends ProjectFile {
  readonly fate: Fate
}

/**
 * Writes files, with the folders that they need. With `force`, load file, values file, tsconfig.json and the workflow replace those that are there.
 *
 * @throws KatydidError OUTPUT with the path and the reason. Files before it are written then: another call goes on from there
 */
export function writeFiles(files: readonly ProjectFile[], force: boolean): WrittenFile[] {
  return files.map((file) => ({ ...file, fate: write(file, force) }))
}

function write({ path, content, present }: ProjectFile, force: boolean): Fate {
  const before = readText(path)
  if (before === content) return 'unchanged'
  const mayReplace = present === 'merge' || (present === 'replace' && force)
  if (before !== undefined && !mayReplace) return 'kept'
  writeText(path, content)
  if (before === undefined) return 'created'
  return present === 'merge' ? 'changed' : 'replaced'
}
