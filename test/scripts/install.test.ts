import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fakes } from './fakes.ts'

/** A cluster in which the verdict's pod has ended with that exit code, and Helm with its own. */
const cluster = (verdictCode: number | '', helm = `sleep 2; exit ${verdictCode === 0 ? 0 : 1}`) => ({
  helm: `case "$*" in
  template*) echo '  activeDeadlineSeconds: 190' ;;
  upgrade*) touch "$HOME/installed"; ${helm} ;;
esac`,
  kubectl: `case "$*" in
  *'config view'*) echo default ;;
  *version*) printf '{\\n "serverVersion": {\\n "gitVersion": "v1.34.4"\\n }\\n}\\n' ;;
  *'get pods'*component=verdict*) [ ! -e "$HOME/installed" ] || echo shop-verdict-a ;;
  *'get pods'*component=master*) [ ! -e "$HOME/installed" ] || echo shop-master-a ;;
  *'get pod shop-verdict-a'*) echo '${verdictCode}' ;;
  *'get pod shop-master-a'*) echo running ;;
  *'delete jobs'*) echo job.batch/shop-workers ;;
  *'get services'*) echo shop-master ;;
  *logs*) echo 'a line of the master'; sleep 0.2 ;;
esac`,
})

describe('scripts/install', { concurrency: 4 }, () => {
  for (const [outcome, code, exit] of [
    ['passed', 0, 0],
    ['failed', 1, 1],
    ['broken', 2, 2],
    ['no verdict at all: broken', '', 2],
  ] as const)
    test(`${outcome}: exit ${exit}`, async () => {
      const fakes = new Fakes(cluster(code))
      const { exitCode, stderr } = await fakes.run('install', 'shop')
      assert.equal(exitCode, exit, stderr)
      assert.match(stderr, /a line of the master/)
    })

  test('the time-out is what the chart’s workers may take, and room for images and verdict; said to Helm and to the chart', async () => {
    const fakes = new Fakes(cluster(0))
    await fakes.run('install', 'shop', '--namespace', 'mine', '-f', 'a b.yaml', '--set', 'x=y')
    const [, upgrade = ''] = /^(helm upgrade .*)$/m.exec(fakes.calls) ?? []
    assert.match(
      upgrade,
      /upgrade --install shop .*\/chart --namespace mine --create-namespace -f a b\.yaml --set x=y --wait/,
    )
    assert.match(upgrade, /--timeout 310s --set helmTimeout=310s/)
    const said = new Fakes(cluster(0))
    await said.run('install', 'shop', '--timeout', '9m')
    assert.match(said.calls, /--timeout 9m --set helmTimeout=9m/)
  })

  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)
    test(`${signal}: the workers’ Job is deleted before it leaves with ${code}`, async () => {
      const fakes = new Fakes(cluster(0, 'exec sleep 30'))
      const { child, done } = fakes.start('install', 'shop')
      for (let i = 0; i < 100 && !fakes.calls.includes('helm upgrade'); i++) await sleep(50)
      await sleep(500)
      child.kill(signal)
      const { exitCode, stderr } = await done
      assert.equal(exitCode, code, stderr)
      assert.match(stderr, new RegExp(`${signal}: the load is stopped`))
      assert.match(fakes.calls, /kubectl .*delete jobs -l .*component=workers/)
    })

  test('broken, with workers that never came: their Job is ended, or Helm would wait for the whole run', async () => {
    const machine = cluster(2, 'until [ -e "$HOME/ended" ]; do sleep 0.2; done; exit 1')
    const kubectl = `case "$*" in
  *'get jobs'*component=workers*) echo shop-workers ;;
  *'patch job shop-workers'*) touch "$HOME/ended" ;;
  *pods/shop-master-a:8089/proxy/verdict*) echo '{"outcome":"broken"}' ;;
esac
${machine.kubectl}`
    const fakes = new Fakes({ ...machine, kubectl }, { KATYDID_LEAVE_WAIT: '1' })
    const { exitCode, stderr } = await fakes.run('install', 'shop')
    assert.equal(exitCode, 2, stderr)
    assert.match(stderr, /shop-workers is ended/)
    assert.match(fakes.calls, /patch job shop-workers .*"activeDeadlineSeconds":1/)
  })

  test('a master that does not come up: Helm is not waited for, 2, and what the cluster says of it', async () => {
    const machine = cluster('', "trap 'exit 1' TERM; for i in {1..300}; do sleep 0.1; done")
    const kubectl = `case "$*" in
  *'get pod shop-master-a'*) exit 0 ;;
  *'get pods'*Unschedulable*) echo 'shop-master-a: 0/3 nodes are available' ; exit 0 ;;
esac
${machine.kubectl}`
    const fakes = new Fakes({ ...machine, kubectl }, { KATYDID_MASTER_WAIT: '2' })
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
    [['shop', '--timeout'], /--timeout needs a value/],
    [['shop', '--load-file', 'nowhere.js'], /cannot read the load file nowhere\.js/],
  ]
  for (const [args, says] of mistakes)
    test(`refused: install ${args.join(' ')}`, async () => {
      const fakes = new Fakes(cluster(0))
      const { exitCode, stderr } = await fakes.run('install', ...args)
      assert.equal(exitCode, 2)
      assert.match(stderr, says)
      assert.doesNotMatch(fakes.calls, /helm upgrade/)
    })

  test('a chart that cannot be rendered: 2, and nothing is installed', async () => {
    const fakes = new Fakes({ ...cluster(0), helm: 'echo "Error: load.profile has no end" >&2; exit 1' })
    const { exitCode, stderr } = await fakes.run('install', 'shop')
    assert.equal(exitCode, 2)
    assert.match(stderr, /load\.profile has no end\n.*the chart cannot be rendered/s)
    assert.doesNotMatch(fakes.calls, /helm upgrade/)
  })
})
