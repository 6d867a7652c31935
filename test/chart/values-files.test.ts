import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { readValuesFile } from '../../runner/src/plan/values-file.ts'
import { helms, render, root } from './helm.ts'

const names = readdirSync(join(root, 'values')).filter((name) => name.endsWith('.yaml'))
/** What says how long a run may take, in Helm's words and in the chart's. */
const times = /--wait --timeout (\S+) --set helmTimeout=(\S+)$/

/** The commands in the comment that a file begins with, without `helm`. */
function commandsOf(name: string): string[] {
  const [head = ''] = readFileSync(join(root, 'values', name), 'utf8').split(/^[^#]/m, 1)
  return [...head.matchAll(/^# {3}helm (.*)$/gm)].map(([, command = '']) => command)
}

test('no values file says helmTimeout: Helm would not know of it, and give up after its own 5 minutes', () => {
  for (const name of names) assert.ok(!('helmTimeout' in readValuesFile(join(root, 'values', name)).values), name)
})

for (const { major, path: helm, skip } of helms)
  describe(`values files as they are, by Helm ${major}`, { skip }, () => {
    for (const name of names)
      test(name, () => {
        const commands = commandsOf(name)
        const { load } = readValuesFile(join(root, 'values', name)).values
        // a cluster's file says no profile
        const { profile: itsOwn } = (load ?? {}) as { profile?: object }
        const profile = itsOwn ? [] : [commands.join().includes('load.yaml') ? 'load.yaml' : 'smoke.yaml']
        const host = { load: { host: 'http://shop.test' } }
        const { exitCode, stderr } = render(helm, [...profile, name, host])
        if (exitCode === 0) {
          for (const command of commands) assert.doesNotMatch(command, /--timeout/, 'it fits in Helm’s own 5 minutes')
        } else {
          assert.match(
            stderr,
            /the run can take (\d+m) .*longer than helmTimeout 5m.*--wait --timeout \1 --set helmTimeout=\1/s,
          )
          const [, minutes] = /the run can take (\d+)m/.exec(stderr) ?? []
          assert.equal(commands.length, 1, stderr)
          const [, timeout = '', helmTimeout] = times.exec(commands[0] ?? '') ?? []
          assert.equal(timeout, helmTimeout, commands[0])
          const [, hours = '0', rest = ''] = /^(?:(\d+)h)?(\d+)m$/.exec(timeout) ?? []
          assert.ok(Number(hours) * 60 + Number(rest) > Number(minutes), `${timeout} leaves nothing for images`)
        }
        for (const command of commands) {
          const [, release = '', chart = '', flags = ''] =
            /^(?:install|upgrade --install) (\S+) (\.\/chart) (.*)$/.exec(command) ?? []
          const all = ['template', release, chart, '--kube-version', '1.34.0', ...flags.split(' ')]
          const { status, stderr } = spawnSync(helm, all, { cwd: root, encoding: 'utf8', timeout: 60_000 })
          assert.equal(status, 0, `helm ${command}\n${stderr}`)
        }
      })
  })
