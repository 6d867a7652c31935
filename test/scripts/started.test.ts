import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Fakes } from './fakes.ts'

const env = { GITHUB_OUTPUT: 'outputs', RUNNER_TEMP: '.' }
const result = (outcome: string) => `*proxy/result.json*) echo '{ "verdict": { "outcome": "${outcome}" } }' ;;`
const there = `*'get services'*name*) echo service/load-6-1-master ;;
  *'get services'*) echo load-6-1-master ;;
  *'get pods'*component=master*) echo load-6-1-master-a ;;
  *'get namespace'*-o\\ name*) echo namespace/load-6-1 ;;`
const machine = (kubectl: string, helm = '', more: Record<string, string> = {}) =>
  new Fakes({ helm, kubectl: `case "$*" in ${kubectl} ${there} esac` }, { ...env, ...more })

describe('ci-start', { concurrency: 8 }, () => {
  const hooks = `case "$*" in
  'get hooks'*) printf -- '---\\n# Source: katydid/templates/workers.yaml\\nkind: Job # of workers\\n---\\n# Source: katydid/templates/verdict.yaml\\nkind: Job # of the verdict\\n' ;;
  upgrade*--values*) for each; do [ "$last" != --values ] || cat "$each"; last=$each; done >kept ;;
esac`
  const creates = '*create*) cat >created ;;'
  const start = async (kubectl: string, helm = hooks, more: Record<string, string> = {}) => {
    const fakes = machine(`${creates} ${kubectl}`, helm, more)
    fakes.write('outputs', 'remove=load-6-1\n')
    fakes.write('soak.yaml', 'jobTtl: 2h\n')
    return { fakes, ...(await fakes.run('ci-start', 'load-6-1', 'chart', '--values', 'soak.yaml')) }
  }

  test('starts the workers alone, and is over when the load has begun: then there is nothing to remove', async () => {
    const asked = `*proxy/verdict*) echo x >>asked; [ $(wc -l <asked) -gt 2 ] && echo '{"state":"running"}' || echo '{"state":"gathering"}' ;;`
    const { fakes, exitCode, stderr } = await start(asked)
    assert.equal(exitCode, 0, stderr)
    assert.match(fakes.read('created'), /kind: Job # of workers/)
    assert.doesNotMatch(fakes.read('created'), /of the verdict/)
    assert.match(
      fakes.calls,
      /helm upgrade --install load-6-1 chart .*--wait --timeout 600s --no-hooks .*--set helmTimeout=365d/,
    )
    assert.equal(fakes.read('asked'), 'x\nx\nx\n', 'pods that do not exist yet are no reason not to wait')
    assert.equal(fakes.output('remove'), '')
  })

  test('logs are kept for a week, for who follows it later, unless the values say how long', async () => {
    const { fakes } = await start(`*proxy/verdict*) echo '{"state":"running"}' ;;`)
    assert.equal(fakes.read('kept'), 'jobTtl: 7d\njobTtl: 2h\n')
  })

  test('workers that are not all there in time are waited for by the master', async () => {
    const more = { KATYDID_MASTER_WAIT: '1' }
    const { fakes, exitCode, stderr } = await start(`*proxy/verdict*) echo '{"state":"gathering"}' ;;`, hooks, more)
    assert.equal(exitCode, 0)
    assert.match(stderr, /some workers have not joined yet/)
    assert.equal(fakes.output('remove'), '')
  })

  const faults: [string, string, string, RegExp][] = [
    ['Helm fails', '', 'exit 1', /cannot start the master/],
    ['Helm has kept nothing', '', 'case "$*" in get*) exit 1 ;; esac', /cannot get the workers Job from Helm/],
    ['there are no workers', '', '', /release load-6-1 has no workers/],
    ['the Job is refused', '*create*) exit 1 ;;', hooks, /cannot start the workers/],
    [
      'the run is broken at once',
      `*proxy/verdict*) echo '{"outcome":"broken","summary":"no such file"}' ;;`,
      hooks,
      /no such file.*\n.*the run is already over and broken/,
    ],
  ]
  for (const [what, kubectl, helm, says] of faults)
    test(`${what}: 2, and what was made is still to be removed`, async () => {
      const fakes = machine(`${kubectl} ${creates}`, helm)
      fakes.write('outputs', 'remove=load-6-1\n')
      const { exitCode, stderr } = await fakes.run('ci-start', 'load-6-1', 'chart')
      assert.equal(exitCode, 2, stderr)
      assert.match(stderr, says)
      assert.equal(fakes.output('remove'), 'load-6-1')
    })
})

describe('ci-follow', { concurrency: 8 }, () => {
  for (const [outcome, exit] of [
    ['passed', 0],
    ['failed', 1],
    ['broken', 2],
  ] as const)
    test(`${outcome}: ${exit}, collected, and now to be removed`, async () => {
      const fakes = machine(`*proxy/verdict*) echo '{ "exitCode": ${exit} }' ;; ${result(outcome)}`)
      const { exitCode, stderr } = await fakes.run('ci-follow', 'load-6-1', 'results')
      assert.equal(exitCode, exit, stderr)
      assert.match(fakes.read('results/result.json'), new RegExp(outcome))
      assert.equal(fakes.output('remove'), 'load-6-1')
    })

  test('no verdict within the time-out: 2, and nothing is to be removed: the run goes on', async () => {
    const fakes = machine(`*proxy/verdict*) echo '{"state":"running"}' ;;`, '', { KATYDID_TIMEOUT: '1s' })
    const { exitCode, stderr } = await fakes.run('ci-follow', 'load-6-1', 'results')
    assert.equal(exitCode, 2)
    assert.match(stderr, /there is no verdict after 1s\. The run goes on: follow it again/)
    assert.equal(fakes.output('remove'), undefined)
    assert.equal(fakes.output('state'), 'running')
  })

  test('cancelled: it leaves, and neither stops nor removes anything', async () => {
    const fakes = machine('*proxy/verdict*) sleep 1 ;;')
    const { child, done } = fakes.start('ci-follow', 'load-6-1', 'results')
    await fakes.called('proxy/verdict')
    child.kill('SIGTERM')
    assert.equal((await done).exitCode, 143)
    assert.equal(fakes.output('remove'), undefined)
    assert.doesNotMatch(fakes.calls, /delete/)
  })

  test('a log that breaks off is followed on', async () => {
    const fakes = machine(
      `*logs*) echo x >>logs ;; *proxy/verdict*) [ $(wc -l <logs) -lt 2 ] || echo '{ "exitCode": 0 }'; sleep 1 ;;`,
    )
    fakes.write('logs', '')
    assert.equal((await fakes.run('ci-follow', 'load-6-1', 'results')).exitCode, 0)
    assert.match(fakes.calls, /logs deployment\/load-6-1-master .*--follow --since-time=\d/)
  })

  for (const [what, kubectl, says] of [
    ['no access', '*) exit 1 ;;', /cannot reach the cluster/],
    ['no such run', `*'get services'*) ;;`, /there is no run load-6-1 in this cluster/],
  ] as const)
    test(`${what}: 2`, async () => {
      const fakes = machine(kubectl)
      const { exitCode, stderr } = await fakes.run('ci-follow', 'load-6-1', 'results')
      assert.equal(exitCode, 2)
      assert.match(stderr, says)
      assert.equal(fakes.output('remove'), undefined)
    })
})

describe('ci-stop', { concurrency: 8 }, () => {
  test('ends the load, waits for the master’s verdict, collects; then it is to be removed', async () => {
    const asked = `*proxy/verdict*) case $* in *wait=0*) echo '{"state":"running"}' ;; *) echo '{"outcome":"broken"}' ;; esac ;;`
    const fakes = machine(`${asked} ${result('broken')}`)
    const { exitCode, stderr } = await fakes.run('ci-stop', 'load-6-1', 'results')
    assert.equal(exitCode, 2, stderr)
    assert.match(
      fakes.calls,
      /delete jobs -l .*component=workers.*\n[\s\S]*verdict\?wait=0\n[\s\S]*verdict\?wait=15\n[\s\S]*proxy\/result\.json/,
    )
    assert.equal(fakes.output('remove'), 'load-6-1')
  })

  test('of a run that was over its verdict is the exit status', async () => {
    const fakes = machine(`*proxy/verdict*) echo '{"outcome":"passed"}' ;; ${result('passed')}`)
    assert.equal((await fakes.run('ci-stop', 'load-6-1', 'results')).exitCode, 0)
  })

  for (const [what, kubectl, says, removed] of [
    ['no access', '*) exit 1 ;;', /cannot reach the cluster/, undefined],
    ['no such run', `*'get namespace'*) ;;`, /there is no run load-6-1/, undefined],
    [
      'workers that stay',
      `*'delete jobs'*) exit 1 ;; ${result('passed')}`,
      /the load may still be running/,
      'load-6-1',
    ],
    ['no result', '*proxy/*) exit 1 ;;', /the load is stopped, but there is no result/, 'load-6-1'],
  ] as const)
    test(`${what}: 2`, async () => {
      const fakes = machine(kubectl)
      const { exitCode, stderr } = await fakes.run('ci-stop', 'load-6-1', 'results')
      assert.equal(exitCode, 2)
      assert.match(stderr, says)
      assert.equal(fakes.output('remove'), removed)
    })
})

describe('ci-collect', { concurrency: 8 }, () => {
  test('what a cancelled job left: the load is stopped first, then it is collected; secrets are gone', async () => {
    const fakes = machine(result('broken'))
    fakes.write('katydid-values.abc123', 'pass: x')
    assert.equal((await fakes.run('ci-collect', 'load-6-1', 'results')).exitCode, 0)
    assert.match(fakes.calls, /delete jobs[\s\S]*proxy\/result\.json/)
    assert.match(fakes.read('results/result.json'), /broken/)
    assert.equal(fakes.read('katydid-values.abc123'), '')
  })

  test('what is collected already, or goes on, is left alone', async () => {
    const [collected, started] = [machine(''), machine('')]
    collected.write('results/cluster.txt', '')
    assert.equal((await collected.run('ci-collect', 'load-6-1', 'results')).exitCode, 0)
    assert.equal((await started.run('ci-collect', '', 'results')).exitCode, 0)
    assert.equal(collected.calls + started.calls, '')
  })

  test('without access to the cluster it says so, and does not fail: removal comes after it', async () => {
    const { exitCode, stderr } = await machine('*) exit 1 ;;').run('ci-collect', 'load-6-1', 'results')
    assert.equal(exitCode, 0)
    assert.match(stderr, /the workers may still be there/)
  })
})

describe('ci-cleanup', { concurrency: 8 }, () => {
  const namespace = (label: string, more = '') =>
    new Fakes({ helm: 'exit 1', kubectl: `case "$*" in get*) echo '${label}' ;; ${more} esac` }, env)

  test('takes the namespace away that carries the run’s label, the load first, even where there is no release', async () => {
    const fakes = namespace('load-7-1 load-7-1')
    const { exitCode } = await fakes.run('ci-cleanup', 'load-7-1')
    assert.equal(exitCode, 0)
    assert.match(fakes.calls, /delete jobs --all.*\nhelm uninstall load-7-1 .*\nkubectl delete namespace load-7-1/)
    assert.equal(fakes.output('removed'), 'load-7-1')
  })

  for (const other of ['production ', 'production load-7-1'])
    test(`leaves another: ${other}`, async () => {
      const fakes = namespace(other)
      const { exitCode, stderr } = await fakes.run('ci-cleanup', 'production')
      assert.equal(exitCode, 1)
      assert.match(stderr, /namespace production does not belong to a load test: it is not deleted/)
      assert.doesNotMatch(fakes.calls, /delete|uninstall/)
      assert.equal(fakes.output('removed'), undefined)
    })

  test('nothing was made, or it is gone already: nothing to do', async () => {
    const [none, gone] = [namespace(''), namespace('')]
    assert.equal((await none.run('ci-cleanup', '')).exitCode, 0)
    assert.equal(none.calls, '')
    assert.equal((await gone.run('ci-cleanup', 'load-7-1')).exitCode, 0)
    assert.doesNotMatch(gone.calls, /delete/)
    assert.equal(none.output('removed'), undefined)
    assert.equal(gone.output('removed'), 'load-7-1')
  })

  test('what cannot be taken away is said', async () => {
    const away = new Fakes({ kubectl: 'exit 1' }, env)
    const unreachable = await away.run('ci-cleanup', 'load-7-1')
    assert.equal(unreachable.exitCode, 1)
    assert.equal(away.output('removed'), undefined)
    assert.match(unreachable.stderr, /cannot reach the cluster: namespace load-7-1 may still exist/)
    const stays = namespace('load-7-1 load-7-1', "'delete namespace'*) exit 1 ;;")
    const stuck = await stays.run('ci-cleanup', 'load-7-1')
    assert.equal(stuck.exitCode, 1)
    assert.equal(stays.output('removed'), undefined)
    assert.match(stuck.stderr, /namespace load-7-1 still exists/)
  })
})
