import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { helms, render } from './helm.ts'

const base = ['smoke.yaml', 'kind.yaml']

interface Named {
  kind: string
  metadata: { name: unknown; labels?: Record<string, unknown> }
}

for (const { major, path: helm, skip } of helms)
  describe(`Helm ${major}`, { skip }, () => {
    const objectsOf = (release: string, values: readonly (object | string)[] = base) => {
      const { exitCode, stdout, stderr } = render(helm, values, [], release)
      assert.equal(exitCode, 0, stderr)
      return parseAllDocuments(stdout).flatMap((document) => (document.toJS() as Named | null) ?? [])
    }

    for (const release of [
      'shop',
      '1shop',
      'a.b',
      '12',
      'true',
      'on',
      '1e3',
      'a'.repeat(53),
      `${'a'.repeat(26)}.${'b'.repeat(26)}`,
    ])
      test(`a release called ${release}: names that a cluster takes, and labels that are text`, () => {
        const objects = objectsOf(release)
        for (const { kind, metadata } of objects) {
          assert.match(String(metadata.name), /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, kind)
          assert.equal(metadata.labels?.['app.kubernetes.io/instance'], release, kind)
        }
        const workers = objects.find(({ metadata }) => /-workers$/.test(String(metadata.name)))?.metadata.name
        assert.ok(`${workers}-9999-abcde`.length <= 63)
      })

    test('two releases never share a name, however alike theirs are', () => {
      const names = ['a.b', 'a-b', 'ra-b', '1a', 'r1a'].map((release) => String(objectsOf(release)[0]?.metadata.name))
      assert.equal(new Set(names).size, names.length, names.join(' '))
    })

    test('names that look like numbers stay text', () => {
      const values = {
        clusterKey: { existingSecret: '0777' },
        imagePullSecrets: ['0123'],
        serviceAccount: { create: false, name: '42' },
        results: {
          upload: { existingSecret: '1e3', key: '7' },
          persistence: { enabled: true, existingClaim: '2024' },
        },
      }
      const { stdout } = render(helm, [...base, values])
      for (const name of ['0777', '0123', '42', '1e3', '7', '2024'])
        assert.match(stdout, new RegExp(`(name|serviceAccountName|claimName|key): "${name}"`), name)
      const made = {
        serviceAccount: { name: '42' },
        results: { persistence: { enabled: true, storageClass: '1', size: '5' } },
      }
      const rendered = render(helm, [...base, made]).stdout
      assert.match(rendered, /storageClassName: "1"/)
      assert.match(rendered, /kind: ServiceAccount\nmetadata:\n {2}name: "42"/)
    })
  })
