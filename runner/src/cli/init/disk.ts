import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { KatydidError } from '../../errors.ts'
import { makeFolder } from '../../outputs/output-files.ts'

/** The text of a file; undefined where there is none. @throws KatydidError OUTPUT with the path and the reason */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isNothing(error)) return undefined
    throw refused(path, 'cannot be read', error)
  }
}

/** Writes a file, with the folders that it needs. @throws KatydidError OUTPUT with the path and the reason */
export function writeText(path: string, text: string): void {
  try {
    makeFolder(dirname(path))
    writeFileSync(path, text)
  } catch (error) {
    throw refused(path, 'cannot be written', error)
  }
}

/** Whether there is something of that name that is no folder. @throws KatydidError OUTPUT with the path and the reason */
export function isFile(path: string): boolean {
  try {
    return !statSync(path).isDirectory()
  } catch (error) {
    if (isNothing(error)) return false
    throw refused(path, 'cannot be read', error)
  }
}

/** A file in the place of a folder (ENOTDIR) is told by whoever writes there. */
const isNothing = (error: unknown) => ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')

function refused(path: string, what: string, error: unknown): KatydidError {
  const { code = String(error) } = error as NodeJS.ErrnoException
  return new KatydidError('OUTPUT', `${path} ${what}: ${reasons[code] ?? code}`, {
    hint: 'choose a folder that you may write into: katydid init DIR',
    cause: error,
  })
}

const reasons: Record<string, string> = {
  EACCES: 'permission denied (EACCES)',
  EPERM: 'permission denied (EPERM)',
  EROFS: 'the file system is read-only (EROFS)',
  ENOTDIR: 'a part of its path is a file, not a folder (ENOTDIR)',
  EISDIR: 'it is a folder (EISDIR)',
  ENOENT: 'its folder cannot be created (ENOENT)',
  ENOSPC: 'the disk is full (ENOSPC)',
}
