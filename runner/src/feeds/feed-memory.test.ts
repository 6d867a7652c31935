import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const rows = 1_000_000
const folder = mkdtempSync(join(tmpdir(), 'katydid-feed-'))
after(() => rmSync(folder, { recursive: true }))

const file = join(folder, 'users.csv')
const descriptor = openSync(file, 'w')
writeSync(descriptor, 'id,name,password\n')
for (let id = 0; id < rows; id += 1000)
  writeSync(
    descriptor,
    Array.from({ length: 1000 }, (_, offset) => `${id + offset},"user, ${id + offset}",hunter2\n`).join(''),
  )
closeSync(descriptor)

/** Takes rows in a process of its own whose heap could not hold them (they are 200 MB of objects). */
function takeIn24MegaBytes(
  mode: string,
  count: number,
): { sum: number; firstMs: number; allMs: number; heapGrowthBytes: number } {
  const script = `
    const { feed } = await import(${JSON.stringify(new URL('feed.ts', import.meta.url).href)})
    const startedAt = performance.now()
    const users = feed(${JSON.stringify(file)}, { mode: '${mode}', onEnd: 'stop' })
    let sum = Number((await users.next()).id)
    const firstMs = performance.now() - startedAt
    gc()
    const before = process.memoryUsage().heapUsed
    for (let taken = 1; taken < ${count}; taken++) {
      const row = users.next()
      sum += Number((row instanceof Promise ? await row : row).id)
    }
    gc()
    const allMs = performance.now() - startedAt
    console.log(JSON.stringify({ sum, firstMs, allMs, heapGrowthBytes: process.memoryUsage().heapUsed - before }))
  `
  const flags = [
    '--max-old-space-size=24',
    '--max-semi-space-size=1',
    '--expose-gc',
    '--input-type=module',
    '-e',
    script,
  ]
  const { stdout, stderr } = spawnSync(process.execPath, flags, { encoding: 'utf8' })
  assert.equal(stderr, '')
  return JSON.parse(stdout)
}

test('a million rows in order cost no memory, and the first does not wait for the last', (t) => {
  const { sum, firstMs, allMs, heapGrowthBytes } = takeIn24MegaBytes('sequential', rows)
  assert.equal(sum, (rows * (rows - 1)) / 2)
  assert.ok(heapGrowthBytes < 2e6, `the heap grew by ${heapGrowthBytes} bytes`)
  assert.ok(firstMs < allMs / 3, `the first row took ${firstMs} ms, all took ${allMs} ms`)
  t.diagnostic(`first row after ${firstMs.toFixed(0)} ms, heap growth ${(heapGrowthBytes / 1024).toFixed(0)} KiB`)
})

test('nor do random ones of them', (t) => {
  const { sum, firstMs, heapGrowthBytes } = takeIn24MegaBytes('random', 20_000)
  const mean = sum / 20_000
  assert.ok(mean > 0.48 * rows && mean < 0.52 * rows, `the mean id is ${mean}`)
  assert.ok(heapGrowthBytes < 2e6, `the heap grew by ${heapGrowthBytes} bytes`)
  t.diagnostic(`first row after ${firstMs.toFixed(0)} ms, heap growth ${(heapGrowthBytes / 1024).toFixed(0)} KiB`)
})
