import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { parseValues } from '../../runner/src/plan/values-file.ts'
import { chartReadme } from '../../scripts/values-table.ts'
import { base, helms, Objects } from './helm.ts'

interface Init {
  name: string
  volumeMounts: { name: string; mountPath: string }[]
  securityContext: object
}

const page = readFileSync(chartReadme, 'utf8')
const [, section = ''] = /^## A load file from elsewhere\n(.*?)^## /ms.exec(page) ?? []
const examples = [...section.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => parseValues(text, 'README.md'))

for (const { major, path: helm, skip } of helms)
  describe(`load files that an init container brings, by Helm ${major}`, { skip }, () => {
    assert.equal(examples.length, 2)
    for (const [index, name] of ['git', 'fetch'].entries())
      test(`${name}: where it writes the master reads, and a namespace that is restricted takes it`, () => {
        const objects = new Objects(helm, [base, examples[index]!])
        const { initContainers = [], containers, volumes } = objects.podOf('master').spec
        const init = (initContainers as unknown as Init[]).find((each) => each.name === name)
        assert.ok(init)
        for (const { name } of init.volumeMounts)
          assert.ok(
            volumes.some((volume) => volume.name === name),
            name,
          )
        const plan = objects.named('ConfigMap/shop-plan').data?.['plan.yaml'] ?? ''
        const [, file = ''] = /^ *file: (.*)$/m.exec(plan) ?? []
        const mount = containers[0].volumeMounts?.find(({ mountPath }) => file.startsWith(`${mountPath}/`))
        assert.ok(mount, file)
        assert.ok(init.volumeMounts.some(({ name }) => name === mount.name))
        assert.deepEqual(init.securityContext, containers[0].securityContext)
        // workers get it from the master
        assert.equal(objects.podOf('workers').spec.initContainers, undefined)
      })
  })
