import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fakes } from './fakes.ts'
import { install, machine } from './install-machine.ts'

describe('scripts/install', { concurrency: 8 }, () => {
  for (const [outcome, verdict, exit] of [
    ['passed', 0, 0],
    ['failed', 1, 1],
    ['broken', 2, 2],
    ['no verdict at all: broken', undefined, 2],
  ] as const)
    test(`${outcome}: exit ${exit}`, async () => {
      const { exitCode, stderr } = await install(verdict === undefined ? {} : { verdict })
      assert.equal(exitCode, exit, stderr)
      assert.match(stderr, /a line of the master/)
    })

  for (const [result, exit] of [
    ['passed', 0],
    ['failed', 1],
    ['broken', 2],
  ] as const)
    test(`Helm fails, no verdict pod says why: result.json does, ${result}`, async () => {
      const { exitCode, stderr } = await install({ result })
      assert.equal(exitCode, exit, stderr)
      assert.match(stderr, /there is no verdict pod: the verdict of result\.json counts/)
    })

  test('Helm fails before there is a new master: what the old one serves is not this run’s', async () => {
    const { exitCode, stderr } = await install({
      result: 'passed',
      kubectl: `*'get pods'*=master*) echo shop-master-old ;;`,
    })
    assert.equal(exitCode, 2, stderr)
    assert.match(stderr, /there is no verdict: Helm ended with 1/)
  })

  const third = "printf -- '- chart: katydid-0.1.0\\n  revision: 3\\n  status: deployed\\n'"
  /** A master of the third revision before, and this one afterwards. */
  const masters = (after: string) =>
    `*'get pods'*component=master*run*) [ -e "$HOME/installed" ] && echo '${after}' || echo 'shop-master-old r3-a1' ;;
     *'get pods'*instance=shop' --sort-by'*) echo shop-master-b ;;
     *'logs shop-verdict-a'*) echo 'it failed' ;;`

  test('Helm rolls back: what the master that is there again serves is an earlier run’s, and the verdict’s log is kept', async () => {
    const { fakes, exitCode, stderr } = await install({
      history: third,
      verdict: 1,
      result: 'passed',
      kubectl: masters('shop-master-b r3-a1'),
    })
    assert.equal(exitCode, 1, stderr)
    assert.match(stderr, /no result: this run has no master/)
    assert.equal(fakes.read('results/verdict.txt'), 'it failed\n')
    assert.match(fakes.read('results/logs/shop-master-b.log'), /a line of the master/)
    assert.equal(fakes.read('results/result.json'), '')
    assert.doesNotMatch(fakes.calls, /proxy\/(files|result)|logs shop-master-b .*--follow/)
  })

  test('Helm rolls back, and no verdict pod says why: broken, whatever is served', async () => {
    const { fakes, exitCode, stderr } = await install({
      history: third,
      result: 'passed',
      kubectl: masters('shop-master-b r3-a1'),
    })
    assert.equal(exitCode, 2, stderr)
    assert.match(stderr, /there is no verdict: Helm ended with 1/)
    assert.equal(fakes.read('results/result.json'), '')
  })

  for (const [what, of, run] of [
    ['the next revision', third, 'r4-a1'],
    ['the first one', undefined, 'r1-a1'],
    ['one after an uninstall that kept its history', `${third}; echo '  status: uninstalled'`, 'r1-a1'],
  ] as const)
    test(`a master of ${what} is this run’s`, async () => {
      const kubectl = masters(`shop-master-b ${run}`)
      const { fakes, exitCode, stderr } = await install({ ...(of ? { history: of } : {}), result: 'failed', kubectl })
      assert.equal(exitCode, 1, stderr)
      assert.match(fakes.read('results/result.json'), /failed/)
    })

  test('interrupted before there is a new master: the results of the run before are left where they are', async () => {
    const kubectl = `*'get pods'*=master*|*'get pods'*instance=shop' --sort-by'*) echo shop-master-old ;;`
    const fakes = new Fakes(machine({ verdict: 0, helm: 'exec sleep 30', result: 'passed', kubectl }))
    const { child, done } = fakes.start('install', 'shop')
    await fakes.called('helm upgrade')
    await sleep(500)
    child.kill('SIGTERM')
    const { exitCode, stderr } = await done
    assert.equal(exitCode, 143, stderr)
    assert.match(fakes.read('results/logs/shop-master-old.log'), /a line/)
    assert.equal(fakes.read('results/result.json'), '')
  })

  test('Helm is content, since somebody deleted the verdict’s Job: result.json counts', async () => {
    const { exitCode, stderr } = await install({ verdict: 0, result: 'failed' })
    assert.equal(exitCode, 1, stderr)
    assert.match(stderr, /result\.json does not say passed/)
  })

  test('Helm is content, and nothing says how the run ended: broken', async () => {
    const { exitCode, stderr } = await install({ helm: 'exit 0' })
    assert.equal(exitCode, 2)
    assert.match(stderr, /Helm ended with 0, but there is neither a verdict nor a result\.json/)
  })

  test('the log of a master that went to another node is followed there, from its beginning', async () => {
    const { fakes, exitCode } = await install({
      verdict: 1,
      helm: 'sleep 6; exit 1',
      kubectl: `*'get pods'*=master*) [ ! -e "$HOME/installed" ] || echo shop-master-a; [ ! -e "$HOME/moved" ] || echo shop-master-b ;;
        *'get pod shop-master-b'*) echo running ;;
        *'logs shop-master-a'*--follow*) touch "$HOME/moved" ;;`,
    })
    assert.equal(exitCode, 1)
    const [first = ''] = /^kubectl .*logs shop-master-b .*$/m.exec(fakes.calls) ?? []
    assert.match(first, /--follow$/)
  })

  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)
    test(`${signal}: the workers’ Job is deleted before it leaves with ${code}, at once and then waited for`, async () => {
      const kubectl = `*'get pods'*terminationGracePeriodSeconds*) echo 70 ;;`
      const fakes = new Fakes(machine({ verdict: 0, helm: 'exec sleep 30', kubectl }))
      const { child, done } = fakes.start('install', 'shop')
      await fakes.called('helm upgrade')
      await sleep(500)
      child.kill(signal)
      const { exitCode, stderr } = await done
      assert.equal(exitCode, code, stderr)
      assert.match(stderr, new RegExp(`${signal}: stopping the load`))
      const deletes = fakes.calls.match(/kubectl .*delete jobs -l .*component=workers.*/g) ?? []
      assert.equal(deletes.length, 2)
      assert.match(deletes[0] ?? '', /--wait=false/)
      assert.match(deletes[1] ?? '', /--timeout=100s/, 'longer than the pods’ grace')
    })

  const broken = `*pods/shop-master-a:8089/proxy/verdict*) echo '{"outcome":"broken"}' ;;`

  test('broken, with workers that never came: their Job is ended, or Helm would wait for the whole run', async () => {
    const { fakes, exitCode, stderr } = await install({
      verdict: 2,
      helm: 'until [ -e "$HOME/ended" ]; do sleep 0.2; done; exit 1',
      kubectl: `*'get jobs'*component=workers*metadata.uid*) echo job-1 ;;
        *'get jobs'*component=workers*) echo 'shop-workers ' ;;
        *'get events'*involvedObject.uid=job-1,*) echo 'shop-workers: pods "shop-workers-0-x" is forbidden: exceeded quota' ;;
        *'patch job shop-workers'*) touch "$HOME/ended" ;; ${broken}`,
    })
    assert.equal(exitCode, 2, stderr)
    assert.match(
      stderr,
      /this script ends the Job shop-workers\nshop-workers: pods "shop-workers-0-x" is forbidden: exceeded quota\n/,
    )
    assert.match(fakes.calls, /patch job shop-workers .*"completions":0,"parallelism":0/)
  })

  test('a demo target that the cluster refuses: Helm would start no worker, and is not waited for', async () => {
    const { exitCode, stderr } = await install({
      helm: 'exec sleep 60',
      kubectl: `*'get jobs,replicasets'*component=target*) echo set-1 ;;
        *'get events'*involvedObject.uid=set-1,*) echo 'shop-target-1: pods "a" is forbidden: failed quota: all: must specify limits.cpu' ;;
        *pods/shop-master-a:8089/proxy/verdict*) echo '{"state":"gathering"}' ;;`,
    })
    assert.equal(exitCode, 2, stderr)
    assert.match(
      stderr,
      /target: some pods are not ready yet:\nshop-target-1: .*must specify limits\.cpu\n.*does not create the pods of the target/,
    )
  })

  test('an image that cannot be had is said at once, and once', async () => {
    const { exitCode, stderr } = await install({
      verdict: 0,
      helm: 'sleep 9; exit 0',
      result: 'passed',
      kubectl: `*'get pod shop-master-a'*) [ ! -e "$HOME/running" ] || echo running ;;
        *'get pods'*component=master*waiting*) echo 'shop-master-a: ImagePullBackOff Back-off pulling image "nosuch"'
          if [ -e "$HOME/asked" ]; then touch "$HOME/running"; else touch "$HOME/asked"; fi ;;
        *'get pods'*component=workers*waiting*) echo 'shop-workers-0: ContainerCreating ' ;;`,
    })
    assert.equal(exitCode, 0, stderr)
    assert.equal(
      stderr.match(
        /master: some pods are not ready yet:\nshop-master-a: ImagePullBackOff Back-off pulling image "nosuch"\n/g,
      )?.length,
      1,
      stderr,
    )
    assert.doesNotMatch(stderr, /ContainerCreating/)
  })

  test('broken, and the workers’ Job is over: nothing is to be ended', async () => {
    const { fakes, exitCode } = await install({
      verdict: 2,
      helm: 'sleep 5; exit 1',
      kubectl: `*'get jobs'*component=workers*) echo 'shop-workers FailureTarget Failed' ;; ${broken}`,
    })
    assert.equal(exitCode, 2)
    assert.match(fakes.calls, /get jobs -l .*component=workers/)
    assert.doesNotMatch(fakes.calls, /patch/)
  })

  const waits = "trap 'exit 1' TERM; for i in {1..300}; do sleep 0.1; done"

  test('broken, and somebody deleted the workers’ Job: Helm, which waits for it, is ended', async () => {
    const { exitCode, stderr } = await install({ helm: waits, result: 'broken', kubectl: broken })
    assert.equal(exitCode, 2, stderr)
    assert.match(stderr, /its workers Job no longer exists; this script stops Helm/)
  })

  const failed = `*pods/shop-master-a:8089/proxy/verdict*) echo '{"outcome":"failed"}' ;;`

  test('failed, and somebody deleted the verdict’s Job: Helm, which waits for it, is ended', async () => {
    const { exitCode, stderr } = await install({
      helm: waits,
      result: 'failed',
      kubectl: `${failed}
        *'get jobs'*component=verdict*)
          [ ! -e "$HOME/installed" ] || [ -e "$HOME/looked" ] || echo uid-a
          [ ! -e "$HOME/installed" ] || touch "$HOME/looked" ;;`,
    })
    assert.equal(exitCode, 1, stderr)
    assert.match(stderr, /its verdict Job no longer exists; this script stops Helm/)
  })

  test('an upgrade: the verdict’s Job of the run before goes first, and Helm is waited for', async () => {
    const { fakes, exitCode, stderr } = await install({
      // what Helm does with it: there, gone for a while, and another one; each until it has been asked for twice more
      helm: `asked() { for i in {1..200}; do [ "$(grep -c 'get jobs.*component=verdict.*uid' "$HOME/calls")" -lt "$1" ] || return 0; sleep 0.1; done; }
        asked 3; touch "$HOME/gone"; asked 5; touch "$HOME/new"; asked 7; exit 1`,
      verdict: 1,
      result: 'failed',
      kubectl: `${failed}
        *'get jobs'*component=verdict*) if [ -e "$HOME/new" ]; then echo uid-b; elif [ ! -e "$HOME/gone" ]; then echo uid-a; fi ;;`,
    })
    assert.equal(exitCode, 1, stderr)
    assert.doesNotMatch(stderr, /Helm is not waited for/)
    assert.ok((fakes.calls.match(/get jobs.*component=verdict.*uid/g) ?? []).length >= 7, fakes.calls)
  })

  test('a master that does not come up: Helm is not waited for, 2, and what the cluster says of it', async () => {
    const kubectl = `*'get pod shop-master-a'*) exit 0 ;;
      *'get pods'*Unschedulable*) echo 'shop-master-a: 0/3 nodes are available' ;;`
    const fakes = new Fakes(machine({ helm: waits, kubectl }), { KATYDID_MASTER_WAIT: '2' })
    const { exitCode, stderr } = await fakes.run('install', 'shop')
    assert.equal(exitCode, 2, stderr)
    assert.match(
      stderr,
      /the master does not run after 2 s; this script stops Helm\nshop-master-a: 0\/3 nodes are available/,
    )
  })
})
