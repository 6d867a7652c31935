import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { temporaryFolder } from '../run-katydid.ts'
import { base, helms, root } from './helm.ts'

/** A chart that has this one as a dependency, and renders it unless it is switched off. */
function parentChart(): string {
  const dir = temporaryFolder()
  mkdirSync(join(dir, 'charts'))
  cpSync(join(root, 'chart'), join(dir, 'charts/katydid'), { recursive: true })
  const dependency = { name: 'katydid', version: '>=0.0.0', condition: 'katydid.enabled' }
  const chart = { apiVersion: 'v2', name: 'parent', version: '1.0.0', dependencies: [dependency] }
  writeFileSync(join(dir, 'Chart.yaml'), JSON.stringify(chart))
  writeFileSync(join(dir, 'values.yaml'), JSON.stringify({ global: { team: 'shop' }, katydid: base }))
  return dir
}

for (const { major, path: helm, skip } of helms)
  describe(`as a dependency of another chart, by Helm ${major}`, { skip }, () => {
    const dir = parentChart()
    for (const isOn of [true, false])
      test(`katydid.enabled=${isOn}`, () => {
        const args = ['template', 'shop', dir, '--kube-version', '1.34.0', '--set', `katydid.enabled=${isOn}`]
        const { status, stdout, stderr } = spawnSync(helm, args, { encoding: 'utf8', timeout: 60_000 })
        assert.equal(status, 0, stderr)
        assert.equal(stdout.includes('name: shop-workers'), isOn)
      })
  })
