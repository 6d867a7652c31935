import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { helms, root } from './helm.ts'

/** Helm 3 wants a cluster for it. */
const helm = helms.find(({ major, skip }) => major === 4 && skip === false)

test('what Helm says at the end is true of a run that was only started, too', { skip: !helm && 'no Helm 4' }, () => {
  const files = ['smoke.yaml', 'kind.yaml'].flatMap((name) => ['--values', join(root, 'values', name)])
  const args = [
    'install',
    'shop',
    join(root, 'chart'),
    '--dry-run=client',
    '--no-hooks',
    '--namespace',
    'tests',
    ...files,
  ]
  const env = { ...process.env, KUBECONFIG: '/dev/null' }
  const { status, stdout, stderr } = spawnSync(helm!.path, args, { encoding: 'utf8', timeout: 60_000, env })
  assert.equal(status, 0, stderr)
  const [, notes = ''] = stdout.split('NOTES:\n')
  assert.doesNotMatch(notes, /was passed/)
  assert.match(notes, /With --no-hooks it waits for none/)
  assert.match(
    notes,
    /--namespace tests get --raw \/api\/v1\/namespaces\/tests\/services\/shop-master:http\/proxy\/verdict/,
  )
})
