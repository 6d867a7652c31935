import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import { KatydidError } from '../errors.ts'
import type { System } from '../system.ts'
import type { CiHost } from './init/ci-host.ts'

interface InitFlags {
  host?: string
  ci?: CiHost | 'none'
  force?: boolean
}

/** `katydid init`: a load test to begin with, in a folder of its own or beside what is there. */
export function build(system: System, _done: (exitCode: number) => void): Command {
  return new Command('init')
    .description('create a load test: load file, values file, package.json, tsconfig.json and a CI workflow')
    .argument('[dir]', 'folder to create it in', '.')
    .option(
      '-H, --host <url>',
      'URL of the target and of its first page; default: the demo shop, http://127.0.0.1:8000',
    )
    .addOption(
      new Option(
        '--ci <where>',
        'service to create a CI workflow for; default: the one that the repository is at',
      ).choices(['github', 'gitlab', 'none']),
    )
    .option('--force', 'replace a load file, values file, tsconfig.json and workflow that are there')
    .action(async (dir: string, { host, ci, force = false }: InitFlags) => {
      if (/^https?:\/\//i.test(dir))
        throw new KatydidError('USAGE', `${dir} is a URL, but init takes a folder here`, {
          hint: `use --host for the target: katydid init --host ${dir}`,
        })
      const { findProject, presentHost } = await import('./init/project.ts')
      const { presentTarget, targetAt } = await import('./init/target.ts')
      const { projectFiles } = await import('./init/files.ts')
      const { writeFiles } = await import('./init/write.ts')
      const { report } = await import('./init/report.ts')

      const project = findProject(resolve(system.cwd(), dir), system.env)
      const target = host === undefined ? presentTarget(force ? undefined : presentHost(project)) : targetAt(host)
      const chosen = ci ?? project.ciHost
      const { files, manifest } = projectFiles(project, target, chosen === 'none' ? undefined : chosen)
      const written = writeFiles(files, force)
      system.stdout.write(report({ cwd: system.cwd(), project, target, manifest, written, ci: chosen }))
    })
}
