import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The tsconfig.json that an editor would use for files of a folder. */
export function nearestTsconfig(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, 'tsconfig.json')
    if (existsSync(path)) return path
    if (dirname(at) === at) return undefined
  }
}
