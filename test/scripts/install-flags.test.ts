import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { describe, test } from 'node:test'
import { Fakes, root } from './fakes.ts'
import { install, machine } from './install-machine.ts'

describe('what scripts/install is told', { concurrency: 8 }, () => {
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

  test('values from a command that failed are refused', async () => {
    const fakes = new Fakes(machine({ verdict: 0 }))
    const { exitCode, stderr } = await fakes.line('install shop -f <(false)')
    assert.equal(exitCode, 2)
    assert.match(stderr, /is empty: the command that writes it has probably failed/)
    assert.doesNotMatch(fakes.calls, /helm upgrade/)
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
    assert.match(fakes.calls, /upgrade --install .*--set-file loadFile\.content=results\/load\.bundle/)
  })

  test('in a clone without packages, a load file is bundled by the katydid that is installed for it', async () => {
    const fakes = new Fakes({})
    const said = 'echo "bundled $2"; shift 2; echo made >"$2"'
    fakes.write('load-test/node_modules/.bin/katydid', `#!/usr/bin/env bash\n[ "$2" = --help ] || { ${said}; }\n`)
    fakes.write('load-test/load/shop.ts', '')
    const clone = `mkdir -p clone/scripts && cp '${root}scripts/bundle' clone/scripts && chmod +x load-test/node_modules/.bin/katydid`
    const { exitCode, stdout, stderr } = await fakes.line(`${clone} && clone/scripts/bundle load-test/load/shop.ts out`)
    assert.deepEqual([exitCode, stdout, stderr], [0, 'out\n', 'bundled load-test/load/shop.ts\n'])
    assert.equal(fakes.read('out'), 'made\n')
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

  const mistakes: [string[], RegExp][] = [
    [[], /the release is missing/],
    [['a', 'b'], /there are two releases, a and b/],
    [['shop', '--nonsense', 'x'], /unknown flag: --nonsense/],
    [['shop', '--nonsense=x'], /unknown flag: --nonsense/],
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
      /has no end\n.*cannot render the chart/s,
    ],
    ['of mode continuous', 'echo "# Source: katydid/templates/master.yaml"', /mode: continuous .*\. Use helm upgrade/],
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
    assert.match(stderr, /secrets is forbidden\n.*cannot get the revisions of shop from Helm/)
    assert.doesNotMatch(fakes.calls, /helm upgrade/)
  })

  for (const [what, kubectl, says] of [
    ['reached', '*version*) exit 1 ;;', /cannot reach the cluster/],
    ['asked for pods', `*'get pods'*) exit 1 ;;`, /cannot list the pods in namespace default/],
  ] as const)
    test(`a cluster that cannot be ${what}: 2, and nothing is installed`, async () => {
      const { fakes, exitCode, stderr } = await install({ verdict: 0, kubectl })
      assert.equal(exitCode, 2)
      assert.match(stderr, says)
      assert.doesNotMatch(fakes.calls, /helm upgrade/)
    })
})
