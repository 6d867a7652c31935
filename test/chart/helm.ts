import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '../run-katydid.ts'

export const root = new URL('../..', import.meta.url).pathname

/** A Helm of that major version, found or made by scripts/find-helm; undefined where there is none to be had. */
function find(major: 3 | 4): string | undefined {
  const { status, stdout } = spawnSync(join(root, 'scripts/find-helm'), [String(major)], {
    encoding: 'utf8',
    timeout: 900_000,
  })
  return status === 0 ? stdout.trim() : undefined
}

export const helms = ([3, 4] as const).map((major) => {
  const path = find(major)
  return { major, path: path ?? '', skip: path === undefined ? `there is no Helm ${major}` : false }
})

export interface Rendered {
  exitCode: number | null
  stdout: string
  stderr: string
}

/** `helm template` of the chart; values are objects, or names of files in `values/`. */
export function render(helm: string, values: readonly (object | string)[], args: readonly string[] = []): Rendered {
  const dir = temporaryFolder()
  const files = values.flatMap((each, index) => {
    if (typeof each === 'string') return ['--values', join(root, 'values', each)]
    const path = join(dir, `${index}.json`)
    writeFileSync(path, JSON.stringify(each))
    return ['--values', path]
  })
  const all = ['template', 'shop', join(root, 'chart'), '--kube-version', '1.34.0', ...files, ...args]
  const { status, stdout, stderr } = spawnSync(helm, all, { encoding: 'utf8', timeout: 60_000, maxBuffer: 2 ** 26 })
  return { exitCode: status, stdout, stderr }
}
