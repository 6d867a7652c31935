import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
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
    assert.equal(stderr, `${fakes.dir}/helm3 is Helm v3.17.4, too old for this chart (at least v3.18.0)\n`)
    const four = new Fakes({ helm4: 'echo v4.1.0', helm: 'echo v4.10.0+g1' })
    assert.equal((await four.run('find-helm', '4')).stdout, `${four.dir}/helm\n`)
  })

  test('else one that Go builds, and keeps for the next time', async () => {
    const go = 'cp "$HOME/helm" "$GOBIN/helm"'
    const fakes = new Fakes({ ...none, go, curl: 'exit 1' })
    const { stdout, stderr } = await fakes.run('find-helm', '4')
    assert.match(stdout, /\.cache\/katydid\/helm\/v4\.\d+\.\d+\/helm\n$/, stderr)
    assert.match(fakes.calls, /go install helm\.sh\/helm\/v4\/cmd\/helm@v4\./)
    assert.equal((await fakes.run('find-helm', '4')).stdout, stdout)
    assert.equal(fakes.calls.match(/^go /gm)?.length, 1)
  })

  /** A machine without Go; curl finds what is in the folder `site`. */
  function machine(): Fakes {
    const curl =
      'for each; do [ "$last" != --output ] || to=$each; last=$each; done; cp "$HOME/site/$(basename "$last")" "$to"'
    return new Fakes({ ...none, go: 'exit 1', curl, uname: '[ "$1" = -m ] && echo x86_64 || echo Linux' })
  }
  async function published(fakes: Fakes): Promise<string> {
    const version = /version=(v3[\d.]+)/.exec(
      readFileSync(new URL('../../scripts/find-helm', import.meta.url), 'utf8'),
    )?.[1]
    const archive = `helm-${version}-linux-amd64.tar.gz`
    fakes.write('linux-amd64/helm', '#!/bin/sh\necho v3\n')
    fakes.write(`site/${archive}`, '')
    await create({ gzip: true, cwd: fakes.dir, file: join(fakes.dir, 'site', archive) }, ['linux-amd64'])
    const sum = createHash('sha256').update(readFileSync(join(fakes.dir, 'site', archive)))
    fakes.write(`site/${archive}.sha256sum`, `${sum.digest('hex')}  ${archive}\n`)
    return archive
  }

  test('else the official download, whose checksum is right', async () => {
    const fakes = machine()
    await published(fakes)
    const { exitCode, stdout, stderr } = await fakes.run('find-helm', '3')
    assert.equal(exitCode, 0, stderr)
    assert.match(fakes.read(`${kept}/${stdout.split('/').at(-2)}/helm`), /echo v3/)
  })

  test('a download whose checksum is wrong is not used', async () => {
    const fakes = machine()
    const archive = await published(fakes)
    fakes.write(`site/${archive}.sha256sum`, `${'0'.repeat(64)}  ${archive}\n`)
    const { exitCode, stdout, stderr } = await fakes.run('find-helm', '3')
    assert.equal(exitCode, 1)
    assert.equal(stdout, '')
    assert.match(stderr, /is not what its checksum says: it is not used/)
    const version = /v3[\d.]+\d/.exec(archive)?.[0]
    assert.equal(fakes.read(`${kept}/${version}/helm`), '')
  })

  test('none of them: it says so', async () => {
    const { exitCode, stderr } = await machine().run('find-helm', '3')
    assert.equal(exitCode, 1)
    assert.match(stderr, /is not in the PATH, cannot be built \(no Go\), and could not be downloaded/)
  })
})
