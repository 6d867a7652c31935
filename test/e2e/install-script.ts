import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { start } from './command.ts'
import { type Release, short } from './release.ts'

const root = new URL('../..', import.meta.url).pathname

/** `scripts/install` of a release in a namespace of its own. */
export function install(
  release: Release,
  dir: string,
  values: readonly object[],
  more: readonly string[] = [],
  variables: Record<string, string> = {},
) {
  const files = [short, ...values].flatMap((each, index) => {
    const path = join(dir, `${index}.json`)
    writeFileSync(path, JSON.stringify(each))
    return ['--values', path]
  })
  const where = ['--namespace', release.namespace, '--output', join(dir, 'results')]
  return start(join(root, 'scripts/install'), [release.name, ...where, ...files, ...more], {
    timeoutMs: 200_000,
    env: { ...(process.env as Record<string, string>), ...variables },
  })
}
