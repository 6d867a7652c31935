import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const inside = fileURLToPath(new URL('partition.fixture.ts', import.meta.url))

/** Why there can be no network namespace with a packet filter here. */
function missing(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may make a network namespace'
  try {
    execFileSync('unshare', ['-n', 'sh', '-c', 'ip link set lo up && nft add table inet katydid'], { stdio: 'pipe' })
  } catch (error) {
    return `no network namespace with nft here: ${String((error as Error).message)
      .split('\n')
      .slice(0, 3)
      .join(' ')}`
  }
  return undefined
}

const why = missing()

test('a packet filter between a worker and its master for 12 s: no connection is closed, nothing is lost, never too many users', {
  skip: why && `skipped: ${why}`,
  timeout: 120_000,
}, async () => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const command = ['-n', 'sh', '-c', 'ip link set lo up && exec "$0" "$1"', process.execPath, inside]
  const { stdout } = await promisify(execFile)('unshare', command, { env, timeout: 110_000 })
  assert.match(stdout, /^ok$/m)
})
