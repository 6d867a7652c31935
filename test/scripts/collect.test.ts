import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Fakes } from './fakes.ts'

const machine = (kubectl: string) =>
  new Fakes({
    kubectl: `case "$*" in
  ${kubectl}
  *'config view'*) echo default ;;
  *'get services -l '*--sort-by*) echo shop-master ;;
  *'get pods -l '*instance=shop' --sort-by'*) echo shop-workers-0 ;;
  *proxy/files/*) echo 'of the master' ;;
  *proxy/files*) echo '["result.json", "run_stats.csv"]' ;;
  *proxy/result.json*) echo '{}' ;;
  *logs*) echo "log of $*" ;;
esac`,
  })
const logOf = async (kubectl: string) => {
  const fakes = machine(kubectl)
  return { ...(await fakes.run('collect', 'shop')), log: fakes.read('results/logs/shop-workers-0.log') }
}

describe('collect', { concurrency: 4 }, () => {
  test('all that the master serves, logs, and what the cluster says', async () => {
    const fakes = machine('')
    const { exitCode, stderr } = await fakes.run('collect', 'shop')
    assert.equal(exitCode, 0, stderr)
    assert.equal(fakes.read('results/result.json'), '{}\n')
    assert.equal(fakes.read('results/run_stats.csv'), 'of the master\n')
    assert.match(fakes.read('results/logs/shop-workers-0.log'), /--all-containers/)
  })

  test('--without-result: logs and the cluster only, and why', async () => {
    const fakes = machine('')
    const { exitCode, stderr } = await fakes.run('collect', 'shop', '--without-result', '--output', 'out')
    assert.equal(exitCode, 0, stderr)
    assert.match(stderr, /no result: this run has no master\. If release shop serves a result, it is of another run/)
    assert.match(fakes.read('out/logs/shop-workers-0.log'), /log of/)
    assert.match(fakes.calls, /get events/)
    assert.doesNotMatch(fakes.calls, /proxy|component in \(master,verdict\)/)
    for (const name of ['result.json', 'run_stats.csv', 'verdict.txt']) assert.equal(fakes.read(`out/${name}`), '')
  })

  test('where an init container is not done: each container’s log that there is, the first first', async () => {
    const { log, stderr } = await logOf(
      `*'get pod shop-workers-0'*) printf 'init fetch 0 true\\ninit check 2 false\\nmain worker 0 false\\n' ;;
       *'logs shop-workers-0 --all-containers'*|*'--container worker'*) echo 'worker is waiting to start' >&2; exit 1 ;;`,
    )
    assert.match(
      log,
      /^==> fetch <==\n.*fetch\n==> check, before its restart <==\n.*check --previous\n==> check, since then <==\n.*check\n==> worker <==\n$/,
    )
    assert.match(stderr, /logs\/shop-workers-0\.log: worker is waiting to start/)
  })

  test('where no container has a log: none, and why', async () => {
    const { log, stderr } = await logOf(
      `*'get pod shop-workers-0'*) printf 'init fetch 0 false\\nmain worker 0 false\\n' ;;
       *logs*) echo 'fetch is waiting to start' >&2; exit 1 ;;`,
    )
    assert.equal(log, '')
    assert.match(stderr, /no logs\/shop-workers-0\.log: fetch is waiting to start/)
  })

  test('a container that was started again: what it said before, and all logs', async () => {
    const { log } = await logOf(`*'get pod shop-workers-0'*) printf 'init fetch 1 true\\nmain worker 0 true\\n' ;;`)
    assert.match(log, /==> fetch, before its restart <==\n.*fetch --previous\n[\s\S]*--all-containers/)
  })
})

describe('troubles', { concurrency: 4 }, () => {
  const troubles = async (pods: string) => {
    const kubectl = `case "$*" in *'get pods'*initContainerStatuses*containerStatuses*) printf '${pods}' ;; esac`
    const { stdout, exitCode } = await new Fakes({ kubectl }).run('troubles', 'shop', 'default', 'workers')
    assert.equal(exitCode, 0)
    return stdout
  }

  test('an init container that does not come up, and nothing of what waits for it', async () => {
    assert.equal(
      await troubles('shop-0:  PodInitializing ImagePullBackOff PodInitializing  Back-off pulling image "nosuch" \\n'),
      'shop-0: ImagePullBackOff Back-off pulling image "nosuch"\n',
    )
    assert.equal(
      await troubles('shop-0:  CrashLoopBackOff PodInitializing back-off 10s restarting failed container=fetch \\n'),
      'shop-0: CrashLoopBackOff back-off 10s restarting failed container=fetch\n',
    )
  })

  test('what may make no pod, a ReplicaSet as well as a Job', async () => {
    const kubectl = `case "$*" in
      *'get jobs,replicasets '*uid*) echo one two ;;
      *'get events'*'uid=two,'*) echo 'shop-master-1: failed quota: all: must specify limits.cpu for: master' ;;
    esac`
    const { stdout, exitCode } = await new Fakes({ kubectl }).run('troubles', 'shop', 'default', 'master')
    assert.equal(exitCode, 0)
    assert.equal(stdout, 'shop-master-1: failed quota: all: must specify limits.cpu for: master\n')
    const before = new Fakes({ kubectl }, { KATYDID_KNOWN: 'one two' })
    assert.equal((await before.run('troubles', 'shop', 'default', 'master')).stdout, '')
  })

  test('nothing of pods that merely start', async () => {
    assert.equal(
      await troubles(
        'shop-0:    \\nshop-1:  PodInitializing PodInitializing PodInitializing  \\nshop-2:   ContainerCreating  \\n',
      ),
      '',
    )
  })
})

test('Jobs that another container keeps: those of which no pod has its own container running', async () => {
  const pods = [
    'shop-workers workers worker=0 injected=',
    'shop-workers workers injected= worker=143',
    'shop-verdict verdict verdict=1 proxy= agent=',
    'other-workers workers worker=0 injected=',
    'other-workers workers worker= injected=',
    'plain-workers workers worker=',
  ]
  const kubectl = `printf '%s\\n' ${pods.map((pod) => `'${pod}'`).join(' ')}`
  const { stdout, exitCode } = await new Fakes({ kubectl }, { KATYDID_HELD_WAIT: '0' }).run(
    'held-jobs',
    'shop',
    'default',
  )
  assert.equal(exitCode, 0)
  assert.deepEqual(stdout.trim().split('\n').sort(), ['shop-verdict 1 proxy,agent', 'shop-workers 143 injected'])
  const none = await new Fakes({ kubectl: 'exit 1' }).run('held-jobs', 'shop', 'default')
  assert.deepEqual([none.exitCode, none.stdout], [0, ''])
})
