import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Whose CI a workflow can be created for. */
export type CiHost = 'github' | 'gitlab'

/** Who runs the pipelines of a repository: what its files say, or else its remotes. Undefined where neither tells. */
export function guessCiHost(root: string): CiHost | undefined {
  const github = existsSync(join(root, '.github'))
  const gitlab = existsSync(join(root, '.gitlab-ci.yml'))
  if (github !== gitlab) return github ? 'github' : 'gitlab'
  return remoteHost(root) ?? (github ? 'github' : undefined)
}

/** Git's own file is read: there may be no git here, and git refuses a folder that belongs to another account. */
function remoteHost(root: string): CiHost | undefined {
  const urls = [...gitConfig(root).matchAll(/^\s*url\s*=\s*(.*)$/gm)].map(([, url = '']) => hostOf(url.trim()))
  for (const host of urls) {
    if (host.includes('github')) return 'github'
    if (host.includes('gitlab')) return 'gitlab'
  }
  return undefined
}

/** Of `https://github.com/a/b`, `ssh://git@github.com/a/b` or `git@github.com:a/b`. */
function hostOf(url: string): string {
  const [, host = ''] = /^(?:\w[\w+.-]*:\/\/)?(?:[^@/]*@)?([^:/]+)/.exec(url) ?? []
  return host.toLowerCase()
}

function gitConfig(root: string): string {
  try {
    const git = join(root, '.git')
    if (statSync(git).isDirectory()) return readFileSync(join(git, 'config'), 'utf8')
    // a worktree or a submodule: a file that says where the folder is
    const folder = resolve(
      root,
      readFileSync(git, 'utf8')
        .replace(/^gitdir:/, '')
        .trim(),
    )
    const common = join(folder, 'commondir')
    const shared = existsSync(common) ? resolve(folder, readFileSync(common, 'utf8').trim()) : folder
    return readFileSync(join(shared, 'config'), 'utf8')
  } catch {
    return ''
  }
}
