/**
 * Runs several test files in one process, one after another: to start a process costs more than most unit tests do. Each file is a suite of its own, so
 * that its hooks (`beforeEach`, `after`) are for its own tests only.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, mock } from 'node:test'
import { pathToFileURL } from 'node:url'
import { nameWhatBlocks } from './block-guard.ts'

const root = new URL('..', import.meta.url).pathname

/** Files that keep a process of their own: they set what the whole process shares, or Node keeps their snapshots by the file that was started. */
const isolated = /\/feeds\/|\.golden\./

/** What to start for these test files: most of them in so many groups. A group is a file that loads its members. */
export function inGroups(files: readonly string[], groups: number): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'katydid-test-groups-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const shared = files.filter((file) => !isolated.test(file))
  const size = Math.ceil(shared.length / groups)
  const entries = Array.from({ length: Math.ceil(shared.length / size) }, (_, index) => {
    const members = shared.slice(index * size, (index + 1) * size)
    const entry = join(folder, `group-${index + 1}.test.mjs`)
    const code = `import { together } from ${JSON.stringify(import.meta.url)}\ntogether(${JSON.stringify(members)})\n`
    writeFileSync(entry, code)
    return entry
  })
  return [...entries, ...files.filter((file) => isolated.test(file))]
}

/** In the process of a group. No test may take longer than that, if it leaves nothing else a turn. */
export function together(files: readonly string[], longestMs = 900_000): void {
  const reading = Promise.withResolvers<void>()
  let unread = files.length
  for (const file of files)
    describe(file, async () => {
      nameWhatBlocks(longestMs)
      after(() => mock.reset())
      try {
        await import(pathToFileURL(join(root, file)).href)
      } finally {
        unread--
        if (unread === 0) reading.resolve()
      }
      // no test runs while other files are still being read: that takes the process's whole attention
      await reading.promise
    })
}
