/**
 * `npm run e2e`: the chart on the cluster of KUBECONFIG, with `helm` (3) and `helm4` of the PATH. The image is KATYDID_IMAGE
 * (katydid:dev), which the cluster must have. KATYDID_E2E_POLICIES says how its NetworkPolicies are enforced: see policies.ts.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { serveApi } from './api.ts'
import { servePlaces } from './places.ts'

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
/** Has the node to itself: fifty pods that start at once are what makes other tests late, and the other way round. */
const alone = 'test/e2e/crowd.e2e.ts'
/** The longest first, so that the last to end does not end long after the others. */
const longest = ['scripts', 'upgrades', 'verdict', 'trouble'].map((topic) => `test/e2e/${topic}.e2e.ts`)
const every = globSync('test/e2e/*.e2e.ts', { cwd: root }).sort()
const together = [...longest, ...every.filter((path) => !longest.includes(path) && path !== alone)]

/** Three files at once, begun in this order: `node --test` would begin them in that of the alphabet. */
async function passed(files: readonly string[]): Promise<boolean> {
  const tests = run({
    files: files.map((path) => join(root, path)),
    cwd: root,
    concurrency: 3,
    timeout: 15 * 60_000,
    execArgv: ['--import', './test/hang-guard.ts'],
  })
  let hasFailed = false
  tests.on('test:fail', () => (hasFailed = true))
  await pipeline(tests.compose(new spec()), process.stdout, { end: false })
  return !hasFailed
}

using _api = await serveApi()
using _places = await servePlaces(3 * availableParallelism())
for (const files of only.length > 0 ? [only] : [[alone], together]) if (!(await passed(files))) process.exitCode = 1
