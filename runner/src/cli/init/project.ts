import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { KatydidError } from '../../errors.ts'
import { readValuesFile } from '../../plan/values-file.ts'
import type { System } from '../../system.ts'
import { type CiHost, guessCiHost } from './ci-host.ts'
import { isFile, readText } from './disk.ts'
import { type PackageManager, packageManagers } from './package-manager.ts'
import { valuesName } from './values-file.ts'

/** What is known of the folder that a load test is created in. */
export interface Project {
  /** Absolute; it need not exist yet. */
  readonly dir: string
  /** The repository's top folder, or `dir` where there is none. */
  readonly root: string
  /** The text of a package.json that is there. */
  readonly manifest: string | undefined
  readonly packageManager: PackageManager
  readonly ciHost: CiHost | undefined
}

/** Looks at a folder and at the repository around it. @throws KatydidError USAGE where `dir` cannot be a folder */
export function findProject(dir: string, env: System['env']): Project {
  if (isFile(dir))
    throw new KatydidError('USAGE', `${dir} is a file, but a load test needs a folder`, {
      hint: 'choose another name, for example: katydid init load',
    })
  const above = foldersAbove(dir)
  const root = above.find((folder) => existsSync(join(folder, '.git'))) ?? dir
  const inside = above.slice(0, above.indexOf(root) + 1)
  return {
    dir,
    root,
    manifest: readText(join(dir, 'package.json')),
    packageManager: guessPackageManager(inside, env),
    ciHost: guessCiHost(root),
  }
}

/** `load.host` of a values file that is there. @throws KatydidError PLAN where it cannot be read */
export function presentHost({ dir }: Project): string | undefined {
  const path = join(dir, valuesName)
  if (!existsSync(path)) return undefined
  const { load } = readValuesFile(path).values as { load?: { host?: unknown } | null }
  return typeof load?.host === 'string' ? load.host : undefined
}

/** The lock file nearest to the load test decides; without one, whoever started this command. */
function guessPackageManager(folders: readonly string[], env: System['env']): PackageManager {
  const all = Object.values(packageManagers)
  for (const folder of folders) {
    const found = all.find(({ lockFile }) => existsSync(join(folder, lockFile)))
    if (found) return found
  }
  const [caller] = env.npm_config_user_agent?.split('/', 1) ?? []
  return all.find(({ name }) => name === caller) ?? packageManagers.npm
}

function foldersAbove(dir: string): string[] {
  const parent = dirname(dir)
  return parent === dir ? [dir] : [dir, ...foldersAbove(parent)]
}
