import { spawnSync } from 'node:child_process'

export const root = new URL('../..', import.meta.url).pathname

export interface Rendered {
  exitCode: number | null
  stdout: string
  stderr: string
}

/** A Helm that takes the cluster for one of Kubernetes 1.34. */
export function call(helm: string, [command = '', ...args]: readonly string[]): Rendered {
  const all = [command, '--kube-version', '1.34.0', ...args]
  const { status, stdout, stderr } = spawnSync(helm, all, { encoding: 'utf8', timeout: 60_000, maxBuffer: 2 ** 26 })
  return { exitCode: status, stdout, stderr }
}
