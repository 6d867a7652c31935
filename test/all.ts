/**
 * `npm test`: lint and types first, then every test, so that the test runner's own summary closes the output. System tests measure
 * time, so files run one after the other.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'

const root = new URL('..', import.meta.url).pathname
let failed = false

for (const [title, command, ...args] of [
  ['lint and format', 'node_modules/.bin/biome', 'check', '.'],
  ['types', 'node_modules/.bin/tsc', '--noEmit', '-p', 'tsconfig.json'],
] as [string, string, ...string[]][]) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  console.log(`${title}: ${status === 0 ? 'ok' : 'FAILED'}`)
  if (status !== 0) failed = true
}

const only = process.argv.slice(2)
const files = only.length > 0 ? only : globSync(['runner/src/**/*.test.ts', 'test/**/*.test.ts'], { cwd: root }).sort()
if (files.length === 0) throw new Error('no test was found')
const flags = ['--test', '--test-concurrency=1', '--test-timeout=600000', '--import', './test/hang-guard.ts']
const longestMs = 45 * 60_000
const tests = spawnSync(process.execPath, [...flags, ...files], { cwd: root, stdio: 'inherit', timeout: longestMs })
if (tests.error) console.error(`tests: not over within ${longestMs / 60_000} minutes`)
process.exitCode = failed || tests.status !== 0 ? 1 : 0
