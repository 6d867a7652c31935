import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { helms, root } from './helm.ts'

/** Helm 3 wants a cluster for it. */
const helm = helms.find(({ major, skip }) => major === 4 && skip === false)

function notesOf(names: string[], args: string[]): string {
  const files = names.flatMap((name) => ['--values', join(root, 'values', name)])
  const all = ['install', 'shop', join(root, 'chart'), '--dry-run=client', '--namespace', 'tests', ...files, ...args]
  const env = { ...process.env, KUBECONFIG: '/dev/null' }
  const { status, stdout, stderr } = spawnSync(helm!.path, all, { encoding: 'utf8', timeout: 60_000, env })
  assert.equal(status, 0, stderr)
  const [, notes = ''] = stdout.split('NOTES:\n')
  return notes
}

test('what Helm says at the end is true of a run that was only started, too', { skip: !helm && 'no Helm 4' }, () => {
  const notes = notesOf(['smoke.yaml', 'kind.yaml'], ['--no-hooks'])
  assert.doesNotMatch(notes, /was passed/)
  assert.match(notes, /With --no-hooks there is no load and no verdict/)
  const [, page = ''] = /^Documentation: https:\/\/github\.com\/katydid\/katydid\/blob\/main\/(.+)$/m.exec(notes) ?? []
  assert.ok(existsSync(join(root, page)) && page.endsWith('.md'), page)
  assert.match(
    notes,
    /--namespace tests get --raw \/api\/v1\/namespaces\/tests\/services\/shop-master:http\/proxy\/verdict/,
  )
  assert.match(notes, /^ {2}kubectl .*\/services\/shop-master:http\/proxy\/files\/report\.html > report\.html$/m)
})

test('where there is no load, how to have it', { skip: !helm && 'no Helm 4' }, () => {
  const notes = notesOf(['smoke.yaml', 'kind.yaml'], ['--set', 'run.enabled=false'])
  assert.match(notes, /^Everything is installed except the load, because run\.enabled is false\./)
  assert.match(notes, /--set run\.enabled=true --wait/)
  assert.doesNotMatch(notes, /Helm waits/)
})

test('a time-out is said as Helm reads it: it knows no days, and no bare number', {
  skip: !helm && 'no Helm 4',
}, () => {
  for (const [said, printed] of [
    ['1d', '1440m'],
    ['1800', '30m'],
    ['10m', '10m'],
  ])
    for (const more of [[], ['--set', 'run.enabled=false']]) {
      const notes = notesOf(['smoke.yaml', 'kind.yaml'], ['--set', `helmTimeout=${said}`, ...more])
      assert.match(notes, new RegExp(`--wait --timeout ${printed}$`, 'm'))
    }
})

test('of a schedule: when, and how to have one run at once', { skip: !helm && 'no Helm 4' }, () => {
  const notes = notesOf(['schedule.yaml'], ['--set', 'schedule.timeZone=Europe/Berlin'])
  assert.match(
    notes,
    /^The load runs on a schedule \(0 \* \* \* \*, Europe\/Berlin\)\. Helm does not wait for its runs\./,
  )
  assert.match(notes, /kubectl --namespace tests create job --from=cronjob\/shop-schedule shop-now/)
  assert.match(notes, /kubectl --namespace tests logs job\/shop-now/)
  assert.match(
    notesOf(['schedule.yaml'], ['--set', 'schedule.suspend=true']),
    /; suspended: schedule\.suspend is true\)/,
  )
})
