import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { accessSync, constants, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'

const root = new URL('../..', import.meta.url).pathname
const has = (command: string, ...args: string[]) =>
  spawnSync(command, args, { stdio: 'ignore', timeout: 200_000 }).status === 0

interface Step {
  uses?: string
  run?: string
}
interface Workflow {
  on: Record<string, unknown>
  permissions?: Record<string, string>
  jobs: Record<
    string,
    { permissions?: Record<string, string>; 'timeout-minutes'?: unknown; uses?: string; steps?: Step[] }
  >
}
interface Action {
  runs: { steps: Step[] }
}

const workflows = globSync('.github/workflows/*.yml', { cwd: root }).sort()
const actions = globSync('.github/actions/*/action.yml', { cwd: root }).sort()
const read = <T>(path: string) => parse(readFileSync(join(root, path), 'utf8')) as T

/** Every step of every workflow and action, with where it is. */
const steps: { at: string; step: Step }[] = [
  ...workflows.flatMap((path) =>
    Object.entries(read<Workflow>(path).jobs).flatMap(([job, { steps = [] }]) =>
      steps.map((step) => ({ at: `${path} ${job}`, step })),
    ),
  ),
  ...actions.flatMap((path) => read<Action>(path).runs.steps.map((step) => ({ at: path, step }))),
]

test('shellcheck has nothing to say of any script', {
  skip: has('shellcheck', '--version') ? false : 'shellcheck is not installed',
}, () => {
  const scripts = globSync('scripts/*', { cwd: root }).filter((path) =>
    readFileSync(join(root, path), 'utf8').startsWith('#!/usr/bin/env bash'),
  )
  assert.ok(scripts.length > 10)
  const { status, stdout } = spawnSync('shellcheck', [...scripts, '.ci/run'], { cwd: root, encoding: 'utf8' })
  assert.equal(status, 0, stdout)
})

const actionlint = ['run', 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.7']
test('actionlint has nothing to say of any workflow', {
  skip: has('go', ...actionlint, '-version')
    ? false
    : 'actionlint cannot be had: there is no Go, or no proxy of its modules',
}, () => {
  const { status, stdout } = spawnSync('go', actionlint, { cwd: root, encoding: 'utf8', timeout: 100_000 })
  assert.equal(status, 0, stdout)
})

describe('workflows and actions', () => {
  test('there are those that users and releases need', () => {
    const names = workflows.map((path) => path.split('/').at(-1))
    assert.deepEqual(names, ['ci.yml', 'load-test.yml', 'release.yml'])
    assert.equal(actions.length, 1)
    assert.ok('workflow_call' in read<Workflow>('.github/workflows/load-test.yml').on)
  })

  test('every run is one call of a script that is there and may be run', () => {
    const runs = steps.filter(({ step }) => step.run !== undefined)
    assert.ok(runs.length > 10)
    for (const { at, step } of runs) {
      const [, script] =
        /^(?:exec )?"?(?:\.katydid\/|\$GITHUB_ACTION_PATH\/\.\.\/\.\.\/\.\.\/)?(scripts\/[\w-]+)"?(?: [^;&|]*)?$/.exec(
          step.run ?? '',
        ) ?? ['', undefined]
      assert.ok(script, `${at}: ${step.run}`)
      assert.doesNotThrow(() => accessSync(join(root, script), constants.X_OK), `${at}: ${script}`)
    }
  })

  test('what is of others is pinned by a commit, with its version beside it', () => {
    const lines = [...workflows, ...actions].flatMap((path) =>
      [...readFileSync(join(root, path), 'utf8').matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, use]) => use as string),
    )
    assert.ok(lines.length > 10)
    for (const use of lines)
      if (!use.startsWith('./')) assert.match(use, /^[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*$/, use)
  })

  test('one version of an action everywhere', () => {
    const versions = new Map<string, string>()
    for (const { at, step } of steps) {
      const [name = '', version = ''] = (step.uses ?? './').split('@')
      if (name.startsWith('./')) continue
      assert.equal(versions.get(name) ?? version, version, `${at}: ${name}`)
      versions.set(name, version)
    }
  })

  test('nothing is allowed but what a job says it needs; every job ends', () => {
    for (const path of workflows) {
      const { permissions, jobs } = read<Workflow>(path)
      assert.deepEqual(permissions, {}, path)
      for (const [name, job] of Object.entries(jobs)) {
        assert.ok(job.permissions, `${path} ${name} says what it needs`)
        const writes = Object.entries(job.permissions).filter(([, access]) => access === 'write')
        const allowed = path.endsWith('ci.yml') ? [] : ['id-token', 'packages']
        for (const [what] of writes) assert.ok(allowed.includes(what), `${path} ${name}: ${what}`)
        assert.ok(job['timeout-minutes'] !== undefined, `${path} ${name} has a time limit`)
      }
    }
  })

  test('no input reaches a shell but through the environment', () => {
    for (const { at, step } of steps) assert.doesNotMatch(step.run ?? '', /\$\{\{/, at)
  })
})
