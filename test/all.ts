/**
 * `npm test`: lint and types first, then tests by how much of the machine they need. The summary of the last ones closes the output.
 * `npm run test:quick`: the unit tests only. With names of files: those, one after another.
 */
import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findHelm } from './chart/find-helm.ts'
import { inGroups } from './together.ts'

const root = new URL('..', import.meta.url).pathname
let failed = false

const only = process.argv.slice(2)
const onlyUnits = only[0] === '--units'

if (!onlyUnits)
  for (const [title, command, ...args] of [
    ['lint and format', 'node_modules/.bin/biome', 'check', '.'],
    ['types', 'node_modules/.bin/tsc', '--noEmit', '-p', 'tsconfig.json'],
  ] as [string, string, ...string[]][]) {
    const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
    console.log(`${title}: ${status === 0 ? 'ok' : 'FAILED'}`)
    if (status !== 0) failed = true
  }

const find = (...patterns: string[]) => globSync(patterns, { cwd: root }).sort()
const units = find('runner/src/**/*.test.ts')
/** What a chart renders to, and scripts. Like units, they do not mind a neighbour. */
const chart = find('test/chart/*.test.ts')
const scripts = find('test/scripts/*.test.ts')
/** System tests that assert how evenly: neighbours would widen what they allow. */
const alone = find(...['profiles', 'run-basic'].map((topic) => `test/${topic}.test.ts`))
/** The other system tests wait far more than they work. */
const waiting = find('test/**/*.test.ts').filter((file) => ![...chart, ...scripts, ...alone].includes(file))
const parts = onlyUnits
  ? [{ files: inGroups(units, 8), atOnce: 2 }]
  : only.length > 0
    ? [{ files: only, atOnce: 1 }]
    : [
        { files: [...scripts, ...inGroups(chart, 4), ...inGroups(units, 8)], atOnce: 3 },
        { files: waiting, atOnce: 4 },
        { files: alone, atOnce: 1 },
      ]
if (only.length === 0)
  for (const major of [3, 4] as const)
    if (findHelm(major) === '')
      console.error(`\nSKIPPED: there is no Helm ${major}, so the tests of the chart do not run with it (see above)\n`)

const longestMs = 45 * 60_000
/** Hundreds of processes load the same modules: the first compiles them. */
const compiled = mkdtempSync(join(tmpdir(), 'katydid-compiled-'))
process.on('exit', () => rmSync(compiled, { recursive: true, force: true }))
for (const { files, atOnce } of parts) {
  if (files.length === 0) throw new Error('no test was found')
  const flags = ['--test', `--test-concurrency=${atOnce}`, '--test-timeout=600000', '--import', './test/hang-guard.ts']
  const { error, status } = spawnSync(process.execPath, [...flags, ...files], {
    cwd: root,
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
    stdio: 'inherit',
    timeout: longestMs,
  })
  if (error) console.error(`tests: not over within ${longestMs / 60_000} minutes`)
  if (status !== 0) failed = true
}
process.exitCode = failed ? 1 : 0
