import { relative } from 'node:path'
import type { CiHost } from './ci-host.ts'
import { loadCommand, type Manifest } from './manifest.ts'
import type { Project } from './project.ts'
import type { Target } from './target.ts'
import { valuesName } from './values-file.ts'
import type { WrittenFile } from './write.ts'

interface Initialised {
  readonly cwd: string
  readonly project: Project
  readonly target: Target
  readonly manifest: Manifest
  readonly written: readonly WrittenFile[]
  /** `undefined`: nobody said it, and nothing told it. */
  readonly ci: CiHost | 'none' | undefined
}

/** What was created, what was there, and the next commands. */
export function report(initialised: Initialised): string {
  const { cwd, manifest, written, ci } = initialised
  const shown = (path: string) => pathFrom(cwd, path)
  const width = Math.max(...written.map(({ path }) => shown(path).length))
  const lines = written.map(({ path, fate, about, needs }) => {
    const note = fate === 'kept' ? `exists already${needs ? `; it needs ${needs}` : ''}` : about
    return `${fate.padEnd(9)} ${shown(path).padEnd(width)}  ${note}`.trimEnd()
  })
  if (written.some(({ fate }) => fate === 'kept'))
    lines.push(
      '',
      'Katydid did not change files that existed already. --force replaces load-test.ts, smoke.yaml, tsconfig.json and the workflow.',
    )
  if (ci === undefined)
    lines.push(
      '',
      'No CI workflow, because this folder is not in a repository of GitHub or GitLab. --ci github or --ci gitlab creates one.',
    )
  if (manifest.hasOtherLoad)
    lines.push('', `package.json already has another script named load. Add this one with another name: ${loadCommand}`)
  return [...lines, '', 'Next:', ...nextCommands(initialised), ''].join('\n')
}

function nextCommands({ cwd, project, target, manifest, written, ci }: Initialised): string[] {
  const { install, run, exec, lockFile } = project.packageManager
  const folder = pathFrom(cwd, project.dir)
  const isNew = written.some(({ path, fate }) => path.endsWith(valuesName) && fate !== 'kept')
  const commands: { command: string; about?: string | false | undefined }[] = []
  if (folder !== '') commands.push({ command: `cd ${shellWord(folder)}` })
  commands.push({
    command: install,
    about: ci !== undefined && ci !== 'none' && `commit ${lockFile}: the CI workflow needs it`,
  })
  if (target.isDemo)
    commands.push({
      command: `${exec} katydid target`,
      about: 'the demo shop; leave it running, and open another terminal',
    })
  commands.push({
    command: manifest.hasOtherLoad ? `${exec} ${loadCommand}` : `${run} load`,
    about: `${isNew ? `loads ${target.host} for 20 seconds; ` : ''}the report is results/report.html`,
  })
  const width = Math.max(...commands.map(({ command }) => command.length))
  return commands.map(({ command, about }) => `  ${about ? `${command.padEnd(width)}   # ${about}` : command}`)
}

/** As a person would write it: what is not below this folder is written whole. */
function pathFrom(folder: string, path: string): string {
  const below = relative(folder, path)
  return below.startsWith('..') ? path : below
}

function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
