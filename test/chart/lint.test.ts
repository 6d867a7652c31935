import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../run-katydid.ts'
import { helms, root } from './helm.ts'

for (const { major, path, skip } of helms)
  test(`scripts/ci-chart: helm lint --strict and every values file, by Helm ${major}`, { skip }, () => {
    const dir = temporaryFolder()
    symlinkSync(path, join(dir, 'helm'))
    const { status, stdout, stderr } = spawnSync('scripts/ci-chart', [], {
      cwd: root,
      env: { ...process.env, PATH: `${dir}:${process.env.PATH}` },
      encoding: 'utf8',
      timeout: 120_000,
    })
    assert.equal(status, 0, `${stdout}\n${stderr}`)
    assert.match(stdout, new RegExp(`^v${major}\\.`))
    assert.match(stdout, /1 chart\(s\) linted, 0 chart\(s\) failed/)
  })
