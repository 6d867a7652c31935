import { constants } from 'node:fs'
import { access, realpath, stat } from 'node:fs/promises'
import { KatydidError } from '../errors.ts'
import { shownPath } from './shown-path.ts'

const hint = 'name a TypeScript or JavaScript file that exports user classes: katydid run shop.ts'

/** The file's real path, where it is a file that can be read. */
export async function checkFile(path: string): Promise<string> {
  const shown = shownPath(path)
  try {
    if ((await stat(path)).isDirectory())
      throw new KatydidError('LOAD_FILE', `The load file ${shown} is a directory`, { hint })
    await access(path, constants.R_OK)
    return await realpath(path)
  } catch (error) {
    if (error instanceof KatydidError) throw error
    const { code } = error as NodeJS.ErrnoException
    const problem =
      code === 'ENOENT' || code === 'ENOTDIR'
        ? 'does not exist'
        : code === 'EACCES' || code === 'EPERM'
          ? 'cannot be read: permission denied'
          : `cannot be read: ${code ?? error}`
    throw new KatydidError('LOAD_FILE', `The load file ${shown} ${problem}`, { hint })
  }
}
