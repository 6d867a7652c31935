import { join, relative } from 'node:path'
import { version } from '../../version.ts'
import { githubWorkflow, gitlabPipeline } from './ci-files.ts'
import type { CiHost } from './ci-host.ts'
import { readText } from './disk.ts'
import { loadFile } from './load-file.ts'
import { type Manifest, manifestOf } from './manifest.ts'
import type { Project } from './project.ts'
import type { Target } from './target.ts'
import { tsconfig, tsconfigNeeds } from './tsconfig.ts'
import { valuesFile, valuesName } from './values-file.ts'

/** One file of a load test. */
export interface ProjectFile {
  /** Absolute. */
  readonly path: string
  readonly content: string
  /** What it is for, in a few words. */
  readonly about: string
  /** What becomes of one that is there: only `--force` replaces it; nothing does; the content has all of it. */
  readonly present: 'replace' | 'stay' | 'merge'
  /** For whoever has one already: what it must have. */
  readonly needs?: string | undefined
}

interface ProjectFiles {
  readonly files: readonly ProjectFile[]
  readonly manifest: Manifest
}

/** All files of a load test, as text. Nothing is written. @throws KatydidError USAGE for a package.json that cannot be read */
export function projectFiles(project: Project, target: Target, ci: CiHost | undefined): ProjectFiles {
  const { dir, packageManager } = project
  const manifest = manifestOf(dir, project.manifest)
  const own = (name: string, content: string, about: string, needs?: string): ProjectFile => ({
    path: join(dir, name),
    content,
    about,
    present: 'replace',
    needs,
  })
  const ignoreFile = join(dir, '.gitignore')
  return {
    manifest,
    files: [
      own('load-test.ts', loadFile(target, packageManager), 'the load file: the tasks of a user'),
      own(
        valuesName,
        valuesFile(target, packageManager, version()),
        'the values file: load and thresholds',
        target.isSaid ? `load.host: ${target.host}` : undefined,
      ),
      {
        path: join(dir, 'package.json'),
        content: manifest.content,
        about: project.manifest === undefined ? 'katydid and the commands' : manifest.added.join(', '),
        present: 'merge',
      },
      own('tsconfig.json', tsconfig, 'for the editor and for tsc', tsconfigNeeds),
      {
        path: ignoreFile,
        content: ignored,
        about: 'packages and results',
        present: 'stay',
        needs: notIgnored(ignoreFile),
      },
      ...(ci ? [ciFile(project, target, ci)] : []),
    ],
  }
}

/** Lines that a .gitignore which is there lacks. */
function notIgnored(path: string): string | undefined {
  const bare = (text: string) => text.split('\n').map((line) => line.trim().replace(/^\/|\/$/g, ''))
  const there = bare(readText(path) ?? '')
  const missing = bare(ignored.trim()).filter((line) => !there.includes(line))
  return missing.length > 0 ? `the lines ${missing.join(', ')}` : undefined
}

const ignored = 'node_modules/\nresults/\nload-test.bundle\n'

function ciFile({ dir, root, packageManager }: Project, target: Target, ci: CiHost): ProjectFile {
  const options = { folder: relative(root, dir).replaceAll('\\', '/'), target, packageManager }
  const about = 'fails unless the run passed'
  if (ci === 'github') {
    const path = join(root, '.github/workflows/load-test.yml')
    return { path, content: githubWorkflow(options), about, present: 'replace' }
  }
  const content = gitlabPipeline(options)
  const main = join(root, '.gitlab-ci.yml')
  const present = readText(main)
  // a repository has one pipeline file: other jobs may be in it
  if (present === undefined || /^load-test:/m.test(present)) return { path: main, content, about, present: 'stay' }
  const included = 'load-test.gitlab-ci.yml'
  return {
    path: join(root, included),
    content,
    about: `add to .gitlab-ci.yml: include: [{ local: ${included} }]`,
    present: 'replace',
  }
}
