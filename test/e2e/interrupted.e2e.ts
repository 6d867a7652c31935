import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { long, Release } from './release.ts'

/** What Helm calls the newest revision of a release. */
async function status(release: Release): Promise<string> {
  const { stdout } = await release.helm(['status', release.name, '--output', 'json']).done
  return (JSON.parse(stdout) as { info: { status: string } }).info.status
}

/** A run that passes, and whose load is the only one. */
async function runs(release: Release): Promise<void> {
  const { exitCode, text } = await release.install()
  assert.equal(exitCode, 0, text)
  assert.equal(await release.isLoaded(), false)
}

describe('a Helm that was interrupted: the ways on that kubernetes-failures.md names', { concurrency: 4 }, () => {
  for (const helm of ['helm', 'helm4']) {
    test(`${helm}: Ctrl-C leaves the load as it is; the next run goes over it, and uninstall ends it`, async () => {
      await using release = await Release.create({ helm })
      for (const last of [false, true]) {
        const interrupted = release.begin([long])
        await release.running()
        interrupted.kill('SIGINT')
        const { exitCode, text } = await interrupted.done
        assert.equal(exitCode, 1, text)
        assert.equal(await status(release), 'failed')
        assert.equal(await release.isLoaded(), true)
        if (last) await release.uninstall()
        else await runs(release)
      }
    })

    test(`${helm}: killed, it refuses the next; after uninstall, or rollback where there was a revision before, it does not`, async () => {
      await using release = await Release.create({ helm })
      for (const way of ['uninstall', 'rollback']) {
        const killed = release.begin([long])
        await release.running()
        killed.kill('SIGKILL')
        await killed.done
        assert.equal(await status(release), way === 'uninstall' ? 'pending-install' : 'pending-upgrade')
        const refused = await release.install()
        assert.equal(refused.exitCode, 1, refused.text)
        assert.match(refused.text, /another operation .* is in progress/)
        const { exitCode, text } = await release.helm([way, release.name, '--wait']).done
        assert.equal(exitCode, 0, text)
        if (way === 'rollback') await release.until('no load', async () => !(await release.isLoaded()), 20_000)
        await runs(release)
      }
    })
  }
})
