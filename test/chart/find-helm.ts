import { spawnSync } from 'node:child_process'

const script = new URL('../../scripts/find-helm', import.meta.url).pathname

/** Where the search is remembered: the path, or nothing where there is no Helm of that major version. Child processes inherit it. */
const rememberedIn = (major: 3 | 4) => `KATYDID_TEST_HELM${major}`

/**
 * A Helm of that major version from scripts/find-helm, which says on stderr what it does; empty where there is none. It searches once: every test file
 * that starts later takes the answer from its environment.
 */
export function findHelm(major: 3 | 4): string {
  const variable = rememberedIn(major)
  const known = process.env[variable]
  if (known !== undefined) return known
  const { status, stdout } = spawnSync(script, [String(major)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 45 * 60_000,
  })
  return (process.env[variable] = status === 0 ? stdout.trim() : '')
}
