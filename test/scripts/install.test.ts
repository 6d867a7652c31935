import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fakes } from './fakes.ts'

const rendered = "printf '# Source: katydid/templates/workers.yaml\\n  activeDeadlineSeconds: 190\\n'"

interface Machine {
  /** Exit code of the verdict's container; nothing where there is no such pod. */
  verdict?: number
  /** How Helm goes about the upgrade, and ends. */
  helm?: string
  /** What Helm says of the revisions that there are; left out: that there is none. */
  history?: string
  /** Outcome in the result.json that the master serves. */
  result?: string
  /** Answers of kubectl that go before the others. */
  kubectl?: string
}

const machine = ({ verdict, helm, history, result, kubectl = '' }: Machine) => ({
  helm: `case "$*" in
  history*) ${history ?? 'echo "Error: release: not found" >&2; exit 1'} ;;
  template*) ${rendered} ;;
  upgrade*) touch "$HOME/installed"; ${helm ?? `sleep 2; exit ${verdict === 0 ? 0 : 1}`} ;;
esac`,
  kubectl: `case "$*" in
  ${kubectl}
  *'config view'*) echo default ;;
  *version*) printf '{\\n "serverVersion": {\\n "gitVersion": "v1.34.4"\\n }\\n}\\n' ;;
  *'get pods'*component=verdict*) [ ! -e "$HOME/installed" ] || echo ${verdict === undefined ? '' : 'shop-verdict-a'} ;;
  *'get pods'*component=master*) [ ! -e "$HOME/installed" ] || echo shop-master-a ;;
  *'get pod shop-verdict-a'*) echo '${verdict}' ;;
  *'get pod shop-master-a'*) echo running ;;
  *'delete jobs'*) echo job.batch/shop-workers ;;
  *'get services'*) echo shop-master ;;
  *proxy/files*) echo '[]' ;;
  *proxy/result.json*) ${result ? `echo '{ "verdict": { "outcome": "${result}" } }'` : 'exit 1'} ;;
  *logs*) echo 'a line of the master'; sleep 0.2 ;;
esac`,
})
const install = async (from: Machine, ...args: string[]) => {
  const fakes = new Fakes(machine(from), { KATYDID_LEAVE_WAIT: '1' })
  return { fakes, ...(await fakes.run('install', 'shop', ...args)) }
}

describe('scripts/install', { concurrency: 4 }, () => {
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
      assert.match(stderr, /no verdict pod has said why; result\.json counts/)
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
    assert.match(stderr, /Helm ended with 0, and there is neither a verdict nor a result\.json/)
  })

  test('the time-out is what the chart’s workers may take, and room for images and verdict; said to Helm and to the chart', async () => {
    const { fakes } = await install({ verdict: 0 }, '--namespace', 'mine', '-f', 'a b.yaml', '--set=x=y')
    const [, upgrade = ''] = /^(helm upgrade .*)$/m.exec(fakes.calls) ?? []
    assert.match(
      upgrade,
      /upgrade --install shop .*\/chart --namespace mine --create-namespace -f a b\.yaml --set x=y --wait/,
    )
    assert.match(upgrade, /--timeout 310s --set helmTimeout=310s/)
    const said = await install({ verdict: 0 }, '--timeout', '9m')
    assert.match(said.fakes.calls, /--timeout 9m --set helmTimeout=9m/)
  })

  const pipes = `files() { for each; do
      case $last in -f | --values) stat -c %a "$each"; cat "$each" ;; --set-file) cat "\${each#*=}" ;; esac
      last=$each
    done; }
    case $1 in template | upgrade) files "$@" >"$HOME/$1-files" ;; esac\n`

  test('values from a pipe, and from standard input, are there for both that Helm is asked for, and for nobody else', async () => {
    const fakes = machine({ verdict: 0 })
    const all = new Fakes({ ...fakes, helm: pipes + fakes.helm })
    const { exitCode, stderr } = await all.line(
      'echo b: 2 | install shop -f <(echo a: 1) -f - --set-file k=<(echo three) -- --values=<(echo d: 4) --atomic',
    )
    assert.equal(exitCode, 0, stderr)
    const read = '600\na: 1\n600\nb: 2\nthree\n600\nd: 4\n'
    assert.equal(all.read('template-files'), read)
    assert.equal(all.read('upgrade-files'), read)
    const [copy = ''] = /\S+\/values\.\w+/.exec(all.calls) ?? []
    assert.notEqual(copy, '')
    assert.equal(existsSync(copy), false)
  })

  test('values from a pipe are gone after a refusal, too', async () => {
    const fakes = new Fakes({ ...machine({}), helm: 'exit 1' })
    const { exitCode } = await fakes.line('install shop -f <(echo a: 1)')
    assert.equal(exitCode, 2)
    const [copy = ''] = /\S+\/values\.\w+/.exec(fakes.calls) ?? []
    assert.notEqual(copy, '')
    assert.equal(existsSync(copy), false)
  })

  test('of what goes after --, how long the run may take is asked with what says what is rendered', async () => {
    const rendered =
      '-f a.yaml --set x=y --set-literal z=-f --version 1.2.3 --repo https://charts.test --devel --plain-http=true'
    const { fakes } = await install({ verdict: 0 }, '--', ...rendered.split(' '), '--atomic', '--description', 'a b')
    const [template = ''] = /^helm template .*$/m.exec(fakes.calls) ?? []
    assert.ok(template.includes(` ${rendered} --kube-version`), template)
    assert.match(fakes.calls, new RegExp(`^helm upgrade .* ${rendered} --atomic --description a b$`, 'm'))
  })

  test('a TypeScript load file is bundled by the Node that the repository brings, whatever the PATH has', async () => {
    const fakes = new Fakes({ ...machine({ verdict: 0 }), node: 'exit 1' })
    fakes.write(
      'shop.ts',
      "import { User } from 'katydid'\nexport class One extends User { static tasks = [() => {}] }\n",
    )
    const { exitCode, stderr } = await fakes.run('install', 'shop', '--load-file', 'shop.ts')
    assert.equal(exitCode, 0, stderr)
    assert.match(fakes.calls, /upgrade --install .*--set-file loadFile\.content=results\/load\.js/)
  })

  test('context and kubeconfig reach every call of either', async () => {
    const { fakes, exitCode } = await install({ verdict: 1 }, '--kube-context', 'staging', '--kubeconfig=k.yaml')
    assert.equal(exitCode, 1)
    const calls = fakes.calls.trim().split('\n')
    assert.ok(calls.length > 10)
    for (const call of calls) {
      assert.match(call, call.startsWith('helm') ? /--kube-context staging/ : /--context staging/)
      assert.match(call, /--kubeconfig k\.yaml/)
    }
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
      assert.match(stderr, new RegExp(`${signal}: the load is stopped`))
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
    assert.match(stderr, /shop-workers is ended\nshop-workers: pods "shop-workers-0-x" is forbidden: exceeded quota\n/)
    assert.match(fakes.calls, /patch job shop-workers .*"completions":0,"parallelism":0/)
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
      stderr.match(/master: not all is up yet:\nshop-master-a: ImagePullBackOff Back-off pulling image "nosuch"\n/g)
        ?.length,
      1,
      stderr,
    )
    assert.doesNotMatch(stderr, /ContainerCreating/)
  })

  for (const [what, namespace, made] of [
    ['is not there: it is made', '', true],
    ['is there: no right to make one is needed', 'echo namespace/default', false],
    ['may not be asked for: so it is there', 'exit 1', false],
  ] as const)
    test(`a namespace that ${what}`, async () => {
      const kubectl = `*'get namespace default --ignore-not-found'*) ${namespace} ;;`
      const { fakes, exitCode, stderr } = await install({ verdict: 0, helm: 'exit 0', kubectl })
      assert.equal(exitCode, 0, stderr)
      assert.equal(/^helm upgrade .* --create-namespace/m.test(fakes.calls), made)
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
    assert.match(stderr, /the Job of its workers is gone; Helm is not waited for/)
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
    assert.match(stderr, /the Job of its verdict is gone; Helm is not waited for/)
  })

  test('an upgrade: the verdict’s Job of the run before goes first, and Helm is waited for', async () => {
    const { exitCode, stderr } = await install({
      // what Helm does with it: there, gone for a while, and another one
      helm: `sleep 4; touch "$HOME/gone"; sleep 6; touch "$HOME/new"; sleep 3; exit 1`,
      verdict: 1,
      result: 'failed',
      kubectl: `${failed}
        *'get jobs'*component=verdict*) if [ -e "$HOME/new" ]; then echo uid-b; elif [ ! -e "$HOME/gone" ]; then echo uid-a; fi ;;`,
    })
    assert.equal(exitCode, 1, stderr)
    assert.doesNotMatch(stderr, /Helm is not waited for/)
  })

  test('a master that does not come up: Helm is not waited for, 2, and what the cluster says of it', async () => {
    const kubectl = `*'get pod shop-master-a'*) exit 0 ;;
      *'get pods'*Unschedulable*) echo 'shop-master-a: 0/3 nodes are available' ;;`
    const fakes = new Fakes(machine({ helm: waits, kubectl }), { KATYDID_MASTER_WAIT: '2' })
    const { exitCode, stderr } = await fakes.run('install', 'shop')
    assert.equal(exitCode, 2, stderr)
    assert.match(
      stderr,
      /the master does not run after 2 s; Helm is not waited for\nshop-master-a: 0\/3 nodes are available/,
    )
  })

  const mistakes: [string[], RegExp][] = [
    [[], /which release\?/],
    [['a', 'b'], /one release at a time: a or b/],
    [['shop', '--nonsense', 'x'], /no such flag: --nonsense/],
    [['shop', '--nonsense=x'], /no such flag: --nonsense/],
    [['shop', '--timeout'], /--timeout needs a value/],
    [['shop', '--', '-f'], /-f needs a value/],
    [['shop', '-f', '.'], /cannot read \./],
    [['shop', '--load-file', 'nowhere.js'], /cannot read the load file nowhere\.js/],
    [['shop', '--load-file', 'nowhere.mts'], /cannot read the load file nowhere\.mts/],
  ]
  for (const [args, says] of mistakes)
    test(`refused: install ${args.join(' ')}`, async () => {
      const fakes = new Fakes(machine({ verdict: 0 }))
      const { exitCode, stderr } = await fakes.run('install', ...args)
      assert.equal(exitCode, 2)
      assert.match(stderr, says)
      assert.doesNotMatch(fakes.calls, /helm upgrade/)
    })

  const charts: [string, string, RegExp][] = [
    [
      'that cannot be rendered',
      'echo "Error: load.profile has no end" >&2; exit 1',
      /has no end\n.*cannot be rendered/s,
    ],
    [
      'of mode continuous',
      'echo "# Source: katydid/templates/master.yaml"',
      /mode: continuous .*: install it with helm upgrade/,
    ],
    ['that is another', 'echo "# Source: other/templates/web.yaml"', /chart is not the chart of katydid/],
  ]
  for (const [which, helm, says] of charts)
    test(`a chart ${which}: 2, and nothing is installed, whatever the time-out`, async () => {
      for (const args of [[], ['--timeout', '5m']]) {
        const fakes = new Fakes({ ...machine({ verdict: 0 }), helm })
        const { exitCode, stderr } = await fakes.run('install', 'shop', ...args)
        assert.equal(exitCode, 2)
        assert.match(stderr, says)
        assert.doesNotMatch(fakes.calls, /helm upgrade/)
      }
    })

  test('a Helm that may not say which revisions there are: 2, and nothing is installed', async () => {
    const { fakes, exitCode, stderr } = await install({
      verdict: 0,
      history: 'echo "secrets is forbidden" >&2; exit 1',
    })
    assert.equal(exitCode, 2)
    assert.match(stderr, /secrets is forbidden\n.*Helm cannot be asked for the revisions of shop/)
    assert.doesNotMatch(fakes.calls, /helm upgrade/)
  })

  for (const [what, kubectl, says] of [
    ['reached', '*version*) exit 1 ;;', /the cluster cannot be reached/],
    ['asked for pods', `*'get pods'*) exit 1 ;;`, /namespace default cannot be asked for its pods/],
  ] as const)
    test(`a cluster that cannot be ${what}: 2, and nothing is installed`, async () => {
      const { fakes, exitCode, stderr } = await install({ verdict: 0, kubectl })
      assert.equal(exitCode, 2)
      assert.match(stderr, says)
      assert.doesNotMatch(fakes.calls, /helm upgrade/)
    })
})
