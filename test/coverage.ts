/**
 * `npm run coverage [FILES]`: runs the tests and prints which lines of runner/src none of them runs. There is no limit: it is for finding what
 * has no test. Processes that tests start count, too, but for those that are killed. The table is also in coverage/index.html.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
// @ts-expect-error it brings no types
import { mergeProcessCovs } from '@bcoe/v8-coverage'

interface ProcessCov {
  result: { url: string }[]
}

const root = new URL('..', import.meta.url).pathname
const sources = new URL('../runner/src/', import.meta.url).href
const asked = process.argv.slice(2)
const files =
  asked.length > 0 ? asked : globSync(['runner/src/**/*.test.ts', 'test/**/*.test.ts'], { cwd: root }).sort()
const longestMs = 600_000

const folder = mkdtempSync(join(tmpdir(), 'katydid-coverage-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const merged = join(folder, 'merged')
mkdirSync(merged)

let failed = 0
const queue = files.entries()
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    for (const [index, file] of queue) {
      const raw = join(folder, `${index}`)
      await run(file, raw)
      writeFileSync(join(merged, `${index}.json`), JSON.stringify(mergeProcessCovs(coveragesIn(raw))))
      rmSync(raw, { recursive: true, force: true })
    }
  }),
)
spawnSync(
  process.execPath,
  [
    ...[join(root, 'node_modules/c8/bin/c8.js'), 'report', '--temp-directory', merged, '--merge-async'],
    ...['--all', '--src', 'runner/src', '--include', 'runner/src/**/*.ts', '--reporter', 'text', '--reporter', 'html'],
    ...['test', 'contract', 'fixture', 'fuzz'].flatMap((kind) => ['--exclude', `**/*.${kind}.ts`]),
  ],
  { cwd: root, stdio: 'inherit' },
)
if (failed > 0) console.error(`${failed} of ${files.length} test files failed: npm test says why`)

async function run(file: string, raw: string): Promise<void> {
  const child = spawn(process.execPath, ['--test', file], {
    cwd: root,
    env: { ...process.env, NODE_V8_COVERAGE: raw },
    stdio: 'ignore',
    timeout: longestMs,
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) failed++
  console.error(`${code === 0 ? 'ok' : 'FAILED'} ${file}`)
}

/** What each process of a test ran of ours: the rest is most of it. */
function coveragesIn(raw: string): ProcessCov[] {
  return readdirSync(raw)
    .filter((name) => basename(name).startsWith('coverage-'))
    .flatMap((name) => {
      try {
        const { result } = JSON.parse(readFileSync(join(raw, name), 'utf8')) as ProcessCov
        return [{ result: result.filter(({ url }) => url.startsWith(sources)) }]
      } catch {
        return [] // of a process that was killed while it wrote
      }
    })
}
