import { closeSync, openSync, readSync, realpathSync, statSync, truncateSync, unlinkSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import { KatydidError, messageOf } from '../errors.ts'
import { type AskedFiles, askedFiles } from './file-outputs.ts'

/**
 * Removes what an earlier run has left in these files: whoever reads them after a run that ended early, or never began, must not find another
 * run's verdict. What does not look like a result (`--json shop.ts`, a slip) stays, and so do devices and pipes.
 *
 * @throws KatydidError OUTPUT where a result of an earlier run cannot be removed
 */
export function removeEarlierResults(asked: AskedFiles, cwd: string): void {
  for (const { path, flag, extension, begins } of askedFiles(asked)) {
    const full = resolve(cwd, path)
    const head = headOf(full)
    if (head === undefined || head === '') continue
    if (extname(full).toLowerCase() === extension || begins.test(head)) remove(full, `${path} (${flag})`)
  }
}

/** Removes files that this run has written, where it ends before its verdict is settled. Does what it can. */
export function takeBack(paths: readonly string[]): void {
  for (const path of paths)
    try {
      if (statSync(path, { throwIfNoEntry: false })?.isFile()) unlinkSync(path)
    } catch {}
}

/** Whether a checkpoint is of this run, by its first bytes: it may be large. */
export function isCheckpointOf(path: string, token: string): boolean {
  return headOf(path)?.startsWith(`{"token":${JSON.stringify(token)},`) ?? false
}

/** A file's first characters; undefined where there is no file that could be read. */
function headOf(path: string): string | undefined {
  try {
    if (!statSync(path).isFile()) return undefined
    const file = openSync(path, 'r')
    try {
      const bytes = Buffer.alloc(2_048)
      return bytes.toString('utf8', 0, readSync(file, bytes))
    } finally {
      closeSync(file)
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // a result that cannot be read here may well be read by others
    return code === 'EACCES' || code === 'EPERM' ? '?' : undefined
  }
}

function remove(path: string, shown: string): void {
  // a link keeps pointing where it points
  const real = realpathSync(path)
  try {
    unlinkSync(real)
  } catch (error) {
    try {
      truncateSync(real)
    } catch {
      throw new KatydidError('OUTPUT', `cannot remove ${shown}, a result of an earlier run: ${messageOf(error)}`, {
        hint: 'remove it yourself, or write to another file. Otherwise you could take it for the result of this run',
        cause: error,
      })
    }
  }
}
