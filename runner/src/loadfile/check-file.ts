import { constants } from 'node:fs'
import { access, realpath, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { KatydidError } from '../errors.ts'
import { shownPath } from './shown-path.ts'

const hint = 'name a TypeScript or JavaScript file that exports user classes: katydid run shop.ts'

/** What is said of a locustfile. */
export const fromLocust =
  "Katydid runs TypeScript and JavaScript. See docs/migrating-from-locust.md: it translates Locust's words to TypeScript, and shows how Python workers join a Katydid master"

/** The file's real path, where it is a file that can be read. */
export async function checkFile(path: string): Promise<string> {
  const shown = shownPath(path)
  if (extname(path).toLowerCase() === '.py')
    throw new KatydidError('LOAD_FILE', `The load file ${shown} is written in Python`, { hint: fromLocust })
  try {
    const found = await stat(path)
    if (found.isDirectory()) throw new KatydidError('LOAD_FILE', `The load file ${shown} is a directory`, { hint })
    if (!found.isFile())
      throw new KatydidError('LOAD_FILE', `The load file ${shown} is a pipe or a device`, {
        hint: 'save it as a file: katydid looks for its imports in the same folder',
      })
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
