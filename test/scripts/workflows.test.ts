import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { accessSync, constants, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { runKatydid, temporaryFolder } from '../run-katydid.ts'

const root = new URL('../..', import.meta.url).pathname
const has = (command: string, ...args: string[]) =>
  spawnSync(command, args, { stdio: 'ignore', timeout: 200_000 }).status === 0

interface Step {
  id?: string
  if?: string
  uses?: string
  run?: string
  with?: Record<string, string>
  env?: Record<string, string>
}
interface Workflow {
  on: Record<string, unknown> & {
    workflow_call?: { inputs: Record<string, { default?: unknown }>; secrets: Record<string, unknown> }
  }
  permissions?: Record<string, string>
  jobs: Record<
    string,
    {
      if?: string
      needs?: string[]
      permissions?: Record<string, string>
      'timeout-minutes'?: unknown
      'runs-on'?: string
      uses?: string
      with?: Record<string, string>
      secrets?: Record<string, string>
      steps?: Step[]
    }
  >
}
interface Action {
  inputs: Record<string, { description?: string; default?: string }>
  outputs: Record<string, { value: string }>
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
test('actionlint has nothing to say of any workflow, nor of those that init creates', {
  skip: has('go', ...actionlint, '-version')
    ? false
    : 'actionlint cannot be had: there is no Go, or no proxy of its modules',
}, async () => {
  const created: string[] = []
  for (const flags of [[], ['load', '--host', 'https://shop.test']]) {
    const cwd = temporaryFolder()
    await runKatydid(['init', ...flags, '--ci', 'github'], { cwd, env: { npm_config_user_agent: 'pnpm/10' } })
    created.push(...globSync('{,*/}.github/workflows/*.yml', { cwd }).map((path) => join(cwd, path)))
  }
  assert.equal(created.length, 2)
  const { status, stdout } = spawnSync('go', [...actionlint, ...workflows, ...created], {
    cwd: root,
    encoding: 'utf8',
    timeout: 100_000,
  })
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

  test('one job of ours needs all others, and runs whatever they came to', () => {
    const { gate, ...others } = read<Workflow>('.github/workflows/ci.yml').jobs
    assert.deepEqual(gate?.needs?.toSorted(), Object.keys(others).sort())
    assert.equal(gate.if, 'always()')
    assert.equal(gate.steps?.at(-1)?.env?.NEEDS, `\${{ toJSON(needs) }}`)
  })

  test('where tests on a cluster fail, what the cluster says of it is kept', () => {
    const { steps: all = [] } = read<Workflow>('.github/workflows/ci.yml').jobs.e2e ?? {}
    const [tests, evidence, kept] = all.slice(-3)
    assert.equal(tests?.run, 'scripts/ci-e2e')
    assert.match(kept?.uses ?? '', /^actions\/upload-artifact@/)
    for (const step of [evidence, kept]) assert.equal(step?.if, 'failure()')
    assert.equal(evidence?.run, `scripts/ci-evidence ${kept?.with?.path}`)
    // namespaces go with their tests, and leave theirs there
    assert.equal(tests.env?.KATYDID_E2E_EVIDENCE, kept?.with?.path)
  })

  test('no input reaches a shell but through the environment', () => {
    for (const { at, step } of steps) assert.doesNotMatch(step.run ?? '', /\$\{\{/, at)
  })
})

describe('the action, and the workflow around it', () => {
  const { inputs, runs } = read<Action>('.github/actions/load-test/action.yml')
  const workflow = read<Workflow>('.github/workflows/load-test.yml')
  const called = workflow.on.workflow_call!
  const at = (what: string) =>
    runs.steps.findIndex(({ id, run, uses }) => id === what || `${run}${uses}`.includes(what))
  const last = (what: string) => runs.steps.findLastIndex(({ uses }) => uses?.startsWith(what))

  test('the workflow hands every input and secret on, with the same defaults, and does nothing more', () => {
    const jobSteps = workflow.jobs.load!.steps!
    const given = jobSteps.at(-1)!.with!
    assert.ok(jobSteps.slice(0, -1).every(({ uses }) => uses?.startsWith('actions/checkout@')))
    assert.deepEqual(Object.keys(given).sort(), Object.keys(inputs).sort())
    const text = JSON.stringify(given)
    const ofTheJob = ['katydid-ref', 'katydid-repository', 'environment', 'runs-on']
    assert.equal(workflow.jobs.load!['runs-on'], `\${{ inputs.runs-on }}`)
    for (const [name, input] of Object.entries(called.inputs)) {
      if (ofTheJob.includes(name)) continue
      assert.equal(given[name], `\${{ inputs.${name} }}`)
      if (name !== 'cluster') assert.equal(String(input.default ?? ''), inputs[name]?.default, name)
    }
    // one is for the checkout, before there is an action
    for (const name of Object.keys(called.secrets).filter((name) => name !== 'KATYDID_TOKEN'))
      assert.ok(text.includes(`secrets.${name} }}`), name)
  })

  test('every input has a use and says what it is for; every variable is one that a script reads', () => {
    const text = JSON.stringify(runs)
    for (const [name, { description }] of Object.entries(inputs)) {
      assert.ok(text.includes(`inputs.${name} `), name)
      assert.ok(description, name)
    }
    const scripts = globSync('scripts/ci-*', { cwd: root })
      .map((path) => readFileSync(join(root, path), 'utf8'))
      .join('')
    for (const { env = {} } of runs.steps)
      for (const name of Object.keys(env))
        assert.ok(scripts.includes(`{${name}`) || name.match(/^(RUN|RESULTS|EXIT|IMAGE|CLUSTER)$/), name)
  })

  test('a comment only where it is asked for, with the same words as the page of the job', () => {
    const comment = runs.steps[at('ci-comment')]!
    assert.equal(comment.if, "always() && inputs.comment == 'true'")
    assert.equal(inputs.comment?.default, 'false')
    assert.match(comment.env!.GH_TOKEN!, /inputs\.comment-token \|\| github\.token/)
    const { GH_TOKEN: _, KATYDID_NAME: name, ...same } = comment.env!
    assert.deepEqual(same, runs.steps[at('summary')]!.env)
    assert.match(name!, /inputs\.name/)
    assert.ok(at('summary') < at('ci-comment'))
  })

  test('logged in before the load and again after it, whatever it came to', () => {
    for (const login of ['azure/login@', 'aws-actions/configure-aws-credentials@']) {
      assert.ok(at(login) < at('load') && at('load') < last(login), login)
      assert.ok(last(login) < at('ci-collect'))
      assert.match(runs.steps[last(login)]!.if!, /^always\(\) && /)
    }
  })

  test('to Azure by trust, by a password, or by the identity of the machine, the same before and after', () => {
    const logins = runs.steps.filter(({ uses }) => uses?.startsWith('azure/login@')).map((step) => step.with)
    assert.equal(logins.length, 2)
    assert.deepEqual(logins[0], logins[1])
    const { creds = '', 'client-id': id = '', 'auth-type': type = '' } = logins[0] as Record<string, string>
    // with any of the three the action takes no notice of a password
    assert.match(id, /inputs\.azure-client-secret == '' && inputs\.azure-client-id/)
    assert.match(creds, /"clientSecret":\{1\}.*toJSON\(inputs\.azure-client-secret\)/)
    assert.match(type, /inputs\.azure-managed-identity == 'true' && 'IDENTITY' \|\| 'SERVICE_PRINCIPAL'/)
  })

  test('a private copy is read with a token of its own, where one is given', () => {
    const { jobs } = read<Workflow>('.github/workflows/load-test.yml')
    const checkouts = jobs.load?.steps?.filter(({ uses }) => uses?.startsWith('actions/checkout@')) ?? []
    assert.match(String(checkouts[1]?.with?.token), /secrets\.KATYDID_TOKEN \|\| github\.token/)
  })

  test('collected, summed up, kept, and removed only where the load test says so', () => {
    const order = ['load', 'ci-collect', 'summary', 'actions/upload-artifact', 'ci-cleanup'].map(at)
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    )
    for (const step of order.slice(1)) assert.match(runs.steps[step]!.if!, /^always\(\)/)
    const cleanup = runs.steps[at('ci-cleanup')]!
    assert.equal(cleanup.if, "always() && steps.load.outputs.remove != ''")
    assert.match(cleanup.env!.RUN!, /steps\.load\.outputs\.remove }}$/)
    // what is to be removed is not removed yet
    const { outputs } = read<Action>('.github/actions/load-test/action.yml')
    assert.equal(outputs.removed?.value, `\${{ steps.cleanup.outputs.removed }}`)
  })

  test('the load is in the step’s own process, which a cancelled job signals', () => {
    assert.match(runs.steps[at('load')]!.run!, /^exec /)
  })
})

describe('the examples of runner/docs/github-actions.md', () => {
  const page = readFileSync(join(root, 'runner/docs/github-actions.md'), 'utf8')
  const all = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text!).filter((text) => /^jobs:/m.test(text))
  const blocks = all.filter((text) => text.includes('/load-test.yml@'))
  const called = read<Workflow>('.github/workflows/load-test.yml').on.workflow_call!

  test('say inputs and secrets that there are, and give the permissions that are asked for', () => {
    assert.equal(blocks.length, 3)
    for (const block of blocks) {
      const job = Object.values((parse(block) as Workflow).jobs).find(({ uses }) => uses?.includes('load-test.yml@'))!
      for (const name of Object.keys(job.with!)) assert.ok(name in called.inputs, name)
      for (const name of Object.keys(job.secrets!)) assert.ok(name in called.secrets, name)
      assert.deepEqual(job.permissions, read<Workflow>('.github/workflows/load-test.yml').jobs.load!.permissions)
    }
  })

  test('only the one that comments on pull requests may write to them; its inputs are the action’s', () => {
    const writing = all.filter((text) => text.includes('pull-requests: write'))
    assert.equal(writing.length, 1)
    const { permissions, jobs } = parse(writing[0]!) as Workflow
    const [job] = Object.values(jobs)
    assert.deepEqual(permissions, {})
    assert.deepEqual(job?.permissions, { contents: 'read', 'pull-requests': 'write' })
    const { inputs } = read<Action>('.github/actions/load-test/action.yml')
    const given = job?.steps?.at(-1)?.with ?? {}
    for (const name of Object.keys(given)) assert.ok(name in inputs, name)
    assert.equal(String(given.comment), 'true')
    for (const text of all) if (text !== writing[0]) assert.doesNotMatch(text, /comment: true/)
  })
})
