/**
 * `npm run e2e`: the chart on the cluster of KUBECONFIG, with `helm` (3) and `helm4` of the PATH. The image is KATYDID_IMAGE
 * (katydid:dev), which the cluster must have.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'

const root = new URL('../..', import.meta.url).pathname
for (const [command, ...args] of [
  ['kubectl', 'version'],
  ['helm', 'version'],
  ['helm4', 'version'],
] as [string, ...string[]][])
  if (spawnSync(command, args, { stdio: 'ignore', timeout: 30_000 }).status !== 0) {
    console.error(`e2e needs ${command} in the PATH and a cluster that it reaches: ${command} ${args.join(' ')} failed`)
    process.exit(2)
  }
const only = process.argv.slice(2)
/** Mostly waiting for time-outs of Kubernetes': begun first, the others run meanwhile. */
const longest = 'test/e2e/upgrades.e2e.ts'
const every = globSync('test/e2e/*.e2e.ts', { cwd: root }).sort()
const files = only.length > 0 ? only : [longest, ...every.filter((path) => path !== longest)]
const flags = ['--test', '--test-concurrency=2', '--test-timeout=900000', '--import', './test/hang-guard.ts']
const { status } = spawnSync(process.execPath, [...flags, ...files], {
  cwd: root,
  stdio: 'inherit',
  timeout: 40 * 60_000,
})
process.exitCode = status ?? 1
