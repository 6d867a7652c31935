import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { create } from 'tar'
import { Fakes } from './fakes.ts'

/** No Helm of any use in the PATH, and where a real one would be kept only this folder. */
const none = { helm3: 'echo v2.0.0', helm4: 'echo v2.0.0', helm: 'echo v2.0.0' }
const kept = '.cache/katydid/helm'

describe('find-helm', { concurrency: 4 }, () => {
  test('one of the PATH that has the right version; an unknown major is refused', async () => {
    const fakes = new Fakes({ helm3: 'echo v3.22.0+g1', helm: 'echo v4.3.1+g2' })
    assert.equal((await fakes.run('find-helm', '3')).stdout, `${fakes.dir}/helm3\n`)
    const four = new Fakes({ helm4: 'echo v3.9.9', helm: 'echo v4.3.1+g2' })
    assert.equal((await four.run('find-helm', '4')).stdout, `${four.dir}/helm\n`)
    const { exitCode, stderr } = await fakes.run('find-helm', '2')
    assert.equal(exitCode, 2)
    assert.match(stderr, /usage: find-helm 3\|4/)
  })

  test('one that is too old for the chart is passed over, and said', async () => {
    const fakes = new Fakes({ helm3: 'echo v3.17.4+g1', helm: 'echo v3.18.0-rc.1+g2' })
    const { stdout, stderr } = await fakes.run('find-helm', '3')
    assert.equal(stdout, `${fakes.dir}/helm\n`)
    assert.equal(stderr, `find-helm 3: ${fakes.dir}/helm3 is Helm v3.17.4, too old for this chart (at least v3.18.0)\n`)
    const four = new Fakes({ helm4: 'echo v4.1.0', helm: 'echo v4.10.0+g1' })
    assert.equal((await four.run('find-helm', '4')).stdout, `${four.dir}/helm\n`)
  })

  /** Its curl finds what is in the folder `site`; Go builds nothing unless the test says how. */
  function machine(go = 'exit 1'): Fakes {
    const curl =
      'for each; do [ "$last" != --output ] || to=$each; last=$each; done; cp "$HOME/site/$(basename "$last")" "$to"'
    return new Fakes({ ...none, go, curl, uname: '[ "$1" = -m ] && echo x86_64 || echo Linux' })
  }
  async function published(fakes: Fakes): Promise<string> {
    const version = /version=(v3[\d.]+)/.exec(
      readFileSync(new URL('../../scripts/find-helm', import.meta.url), 'utf8'),
    )?.[1]
    const archive = `helm-${version}-linux-amd64.tar.gz`
    fakes.write('linux-amd64/helm', '#!/bin/sh\necho v3\n')
    chmodSync(join(fakes.dir, 'linux-amd64/helm'), 0o755)
    fakes.write(`site/${archive}`, '')
    await create({ gzip: true, cwd: fakes.dir, file: join(fakes.dir, 'site', archive) }, ['linux-amd64'])
    const sum = createHash('sha256').update(readFileSync(join(fakes.dir, 'site', archive)))
    fakes.write(`site/${archive}.sha256sum`, `${sum.digest('hex')}  ${archive}\n`)
    return archive
  }

  test('else the official download whose checksum is right, before Go; it says so, and keeps it for the next time', async () => {
    const fakes = machine()
    await published(fakes)
    const { exitCode, stdout, stderr } = await fakes.run('find-helm', '3')
    assert.equal(exitCode, 0, stderr)
    assert.match(fakes.read(`${kept}/${stdout.split('/').at(-2)}/helm`), /echo v3/)
    assert.match(stderr, /find-helm 3: no Helm in the PATH or in .*: downloads helm-v3.*\(at most 5 minutes\)/)
    assert.doesNotMatch(fakes.calls, /^go /m)
    const again = await fakes.run('find-helm', '3')
    assert.deepEqual([again.stdout, again.stderr], [stdout, ''])
    assert.equal(fakes.calls.match(/^curl /gm)?.length, 2, 'the archive and its checksum, once')
  })

  test('where nothing can be downloaded, one that Go builds; it says how long that takes', async () => {
    const fakes = machine('cp "$HOME/helm" "$GOBIN/helm"')
    const { exitCode, stdout, stderr } = await fakes.run('find-helm', '4')
    assert.equal(exitCode, 0, stderr)
    assert.match(stdout, /\.cache\/katydid\/helm\/v4\.\d+\.\d+\/helm\n$/, stderr)
    assert.match(stderr, /builds Helm v4\S+ with go install \(2 to 8 minutes, at most 20\)/)
    assert.match(fakes.calls, /go install helm\.sh\/helm\/v4\/cmd\/helm@v4\./)
    assert.equal((await fakes.run('find-helm', '4')).stdout, stdout)
    assert.equal(fakes.calls.match(/^go /gm)?.length, 1)
  })

  test('of two that look at the same time one builds; the other says that it waits', async () => {
    const fakes = machine('until [ -e "$HOME/go-on" ]; do sleep 0.1; done; cp "$HOME/helm" "$GOBIN/helm"')
    const first = fakes.start('find-helm', '4')
    await fakes.called('go install')
    const second = fakes.start('find-helm', '4')
    await new Promise<void>((resolve) => second.child.stderr.once('data', () => resolve()))
    fakes.write('go-on', '')
    const [one, two] = await Promise.all([first.done, second.done])
    assert.match(two.stderr, /waits: process \d+ is getting Helm v4/)
    assert.ok(one.stdout !== '' && one.stdout === two.stdout, one.stderr + two.stderr)
    assert.equal(fakes.calls.match(/^go /gm)?.length, 1)
  })

  test('the lock of a process that has ended is no lock; an interrupted search leaves none', async () => {
    const fakes = machine('until [ -e "$HOME/go-on" ]; do sleep 0.1; done; exit 1')
    const { child, done } = fakes.start('find-helm', '3')
    await fakes.called('go install')
    const lock = `${kept}/${/@(v3\S+)/.exec(fakes.calls)?.[1]}.lock/owner`
    assert.equal(fakes.read(lock), `${child.pid}\n`)
    child.kill('SIGKILL')
    fakes.write('go-on', '')
    await done
    await published(fakes)
    const { exitCode, stderr } = await fakes.run('find-helm', '3')
    assert.equal(exitCode, 0, stderr)
    assert.match(stderr, new RegExp(`process ${child.pid} ended without a Helm: its lock is removed`))
    assert.equal(fakes.read(lock), '')
  })

  test('a download whose checksum is wrong is not used', async () => {
    const fakes = machine()
    const archive = await published(fakes)
    fakes.write(`site/${archive}.sha256sum`, `${'0'.repeat(64)}  ${archive}\n`)
    const { exitCode, stdout, stderr } = await fakes.run('find-helm', '3')
    assert.equal(exitCode, 1)
    assert.equal(stdout, '')
    assert.match(stderr, /does not match its checksum: it is not used/)
    const version = /v3[\d.]+\d/.exec(archive)?.[0]
    assert.equal(fakes.read(`${kept}/${version}/helm`), '')
  })

  test('none of them: it says so', async () => {
    const { exitCode, stderr } = await machine().run('find-helm', '3')
    assert.equal(exitCode, 1)
    assert.match(stderr, /there is no Helm v3\S+: not in the PATH, not in \S+, not downloaded, not built/)
  })
})
