import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { Fakes } from './fakes.ts'

const workers = (seconds: number) =>
  `printf '# Source: katydid/templates/workers.yaml\\n  activeDeadlineSeconds: ${seconds}\\n'`

interface Job {
  env?: Record<string, string>
  /** How long the plan can take. */
  seconds?: number
  /** How Helm goes about the upgrade. */
  helm?: string
  /** Answers of kubectl that go before the others. */
  kubectl?: string
  npm?: string
}

/** A step of a job in a cluster whose runs pass. */
const job = ({ env = {}, seconds = 190, helm = 'exit 0', kubectl = '', npm = '' }: Job) =>
  new Fakes(
    {
      npm,
      helm: `case "$*" in
  template*) ${workers(seconds)} ;;
  upgrade*) touch "$HOME/installed"; ${helm} ;;
esac`,
      kubectl: `case "$*" in
  ${kubectl}
  *version*) printf '{\\n "serverVersion": {\\n "gitVersion": "v1.34.4"\\n }\\n}\\n' ;;
  *'get pods'*component=master*) [ ! -e "$HOME/installed" ] || echo shop-master-a ;;
  *'get pod shop-master-a'*) echo running ;;
  *'get services'*) echo service/load-7-1-master ;;
  *proxy/files*) echo '[]' ;;
  *proxy/result.json*) echo '{ "verdict": { "outcome": "passed" } }' ;;
esac`,
    },
    { GITHUB_RUN_ID: '7', GITHUB_OUTPUT: 'outputs', RUNNER_TEMP: '.', ...env },
  )
const run = async (options: Job, files: Record<string, string> = {}) => {
  const fakes = job(options)
  for (const [name, text] of Object.entries(files)) fakes.write(name, text)
  return { fakes, ...(await fakes.run('ci-load-test')) }
}
const upgradeOf = (fakes: Fakes) => /^helm upgrade .*$/m.exec(fakes.calls)?.[0] ?? ''

describe('ci-load-test', { concurrency: 4 }, () => {
  const mistakes: [Record<string, string>, RegExp][] = [
    [{ KATYDID_MODE: 'later' }, /unknown mode: later\. Use wait, start, follow or stop/],
    [{ KATYDID_MODE: 'follow' }, /mode follow needs run/],
    [{ KATYDID_MODE: 'stop' }, /mode stop needs run/],
    [{ KATYDID_RUN: 'load-6-1' }, /run names a run that was started before: use it only with modes follow and stop/],
    [{ KATYDID_CLUSTER: 'gke' }, /unknown cluster: gke\. Use kind, aks or eks, or leave it empty/],
    [{ KATYDID_CLUSTER: 'kind', KATYDID_MODE: 'start' }, /a kind cluster ends with its job: mode start needs aks, eks/],
    [{ KATYDID_CLUSTER: 'kind', KATYDID_MODE: 'follow', KATYDID_RUN: 'x' }, /mode follow needs aks, eks/],
    [{ KATYDID_CLUSTER: 'kind', KATYDID_MODE: 'stop', KATYDID_RUN: 'x' }, /mode stop needs aks, eks/],
    [{ KATYDID_NAME: 'Shop_Load' }, /Shop_Load-7-1 is not a valid release name: use lower-case letters/],
    [{ KATYDID_MODE: 'follow', KATYDID_RUN: '--all' }, /--all is not a valid release name/],
    [{ KATYDID_VALUES: 'nowhere.yaml' }, /values: cannot read nowhere\.yaml/],
    [{ KATYDID_IMAGE: 'registry.test:5000/katydid' }, /has neither a tag nor a digest/],
    [{ KATYDID_LOAD_FILE: 'nowhere.ts' }, /load-file: cannot read nowhere\.ts/],
    [{ KATYDID_USERS: '12x' }, /users: 12x is not a whole number above 0/],
    [{ KATYDID_USERS_PER_WORKER: '0' }, /users-per-worker: 0 is not a whole number above 0/],
    [{ KATYDID_LOGIN_MINUTES: '1h' }, /login-minutes: 1h is not a whole number/],
    [{ KATYDID_TIMEOUT: '2 hours' }, /timeout: bad duration 2 hours: use 90s, 30m, 5h30m/],
    [{ KATYDID_SET: 'jobTtl=1h\nload.host' }, /set: load\.host is not key=value/],
  ]
  for (const [env, says] of mistakes)
    test(`refused before anything is made: ${JSON.stringify(env)}`, async () => {
      const { fakes, exitCode, stderr } = await run({ env })
      assert.equal(exitCode, 2)
      assert.match(stderr, says)
      assert.equal(fakes.calls, '')
      assert.equal(fakes.output('exit'), '2')
    })

  const minutes = (each: number) => each * 60
  const long: [string, Job, RegExp][] = [
    [
      'a plan longer than a login',
      { env: { KATYDID_CLUSTER: 'aks' }, seconds: minutes(50) },
      /the plan can take 52m, longer than the login to aks lasts \(login-minutes: 50\): use mode start, and follow it/,
    ],
    [
      'a time-out longer than a login',
      { env: { KATYDID_CLUSTER: 'eks', KATYDID_TIMEOUT: '2h', KATYDID_LOGIN_MINUTES: '100' } },
      /timeout is 120m, longer than the login to eks lasts \(login-minutes: 100\)/,
    ],
    [
      'a plan longer than the job',
      { seconds: minutes(355) },
      /the plan can take 357m, and with the results that is longer than the job may take \(job-minutes: 360\): use mode start/,
    ],
    [
      'the same on kind, which cannot be followed',
      { env: { KATYDID_CLUSTER: 'kind', KATYDID_JOB_MINUTES: '20' }, seconds: minutes(20) },
      /longer than the job may take \(job-minutes: 20\): use a cluster that stays \(aks, eks\)/,
    ],
  ]
  for (const [what, options, says] of long)
    test(`${what}: refused before anything is made`, async () => {
      const { fakes, exitCode, stderr } = await run(options)
      assert.equal(exitCode, 2)
      assert.match(stderr, says)
      assert.doesNotMatch(fakes.calls, /create|upgrade/)
      assert.equal(fakes.output('remove'), undefined)
    })

  test('a plan that a login has time for is run; modes continuous and schedule never are', async () => {
    const { exitCode } = await run({ env: { KATYDID_CLUSTER: 'aks' }, seconds: minutes(45) })
    assert.equal(exitCode, 0)
    for (const [template, says] of [
      ['master.yaml\n  replicas: 1', /mode: continuous has no end/],
      ['master.yaml\n  replicas: 0', /run\.enabled is false, so there is no load/],
      ['schedule.yaml', /mode: schedule has no verdict to wait for/],
    ] as const) {
      const fakes = new Fakes(
        {
          kubectl: `echo '"serverVersion": { "gitVersion": "v1.34.4" }'`,
          helm: `echo "# Source: katydid/templates/${template}"`,
        },
        { GITHUB_RUN_ID: '7', GITHUB_OUTPUT: 'outputs', RUNNER_TEMP: '.' },
      )
      const refused = await fakes.run('ci-load-test')
      assert.equal(refused.exitCode, 2)
      assert.match(refused.stderr, says)
      assert.doesNotMatch(fakes.calls, /create/)
    }
  })

  test('what was made is to be removed as soon as it is there, and the exit status is an output', async () => {
    const failed = `*proxy/result.json*) echo '{ "verdict": { "outcome": "failed" } }' ;;`
    const { fakes, exitCode } = await run({ helm: 'grep remove outputs >removed-then; exit 1', kubectl: failed })
    assert.equal(exitCode, 1)
    assert.equal(fakes.read('removed-then'), 'remove=load-7-1\n')
    assert.deepEqual(
      ['run', 'remove', 'exit', 'results'].map((name) => fakes.output(name)),
      ['load-7-1', 'load-7-1', '1', './load-7-1'],
    )
  })

  test('a namespace that is there already is somebody’s: 2, and not to be removed', async () => {
    const { fakes, exitCode, stderr } = await run({ kubectl: 'create*) exit 1 ;;' })
    assert.equal(exitCode, 2)
    assert.match(stderr, /cannot create namespace load-7-1; see above/)
    assert.equal(fakes.output('remove'), undefined)
  })

  test('each input is a flag of Helm’s: values in order, a host with commas, a digest, single values last', async () => {
    const env = {
      KATYDID_VALUES: ' a.yaml\n\n  b c.yaml \n',
      KATYDID_HOST: 'http://shop.test/?a=1,2',
      KATYDID_IMAGE: 'ghcr.io/x/katydid@sha256:abc',
      KATYDID_USERS: '50',
      KATYDID_SET: 'jobTtl=2h\nload.stopTimeout=5s\n',
    }
    const { fakes, exitCode } = await run({ env }, { 'a.yaml': '', 'b c.yaml': '' })
    assert.equal(exitCode, 0)
    assert.match(upgradeOf(fakes), /--values a\.yaml --values b c\.yaml --set load\.profile\.users=50/)
    assert.match(upgradeOf(fakes), /--set-literal load\.host=http:\/\/shop\.test\/\?a=1,2 /)
    assert.match(upgradeOf(fakes), /image\.repository=ghcr\.io\/x\/katydid --set-string image\.digest=sha256:abc/)
    assert.match(upgradeOf(fakes), /--set jobTtl=2h --set load\.stopTimeout=5s --wait/)
    const tagged = await run({ env: { KATYDID_IMAGE: 'localhost:5000/katydid:dev' } })
    assert.match(upgradeOf(tagged.fakes), /image\.repository=localhost:5000\/katydid --set-string image\.tag=dev/)
  })

  test('a time-out of days is one that Helm understands', async () => {
    const { fakes } = await run({ env: { KATYDID_TIMEOUT: '1d', KATYDID_JOB_MINUTES: '2000' } })
    assert.match(upgradeOf(fakes), /--timeout 86400s --set helmTimeout=86400s/)
  })

  test('secret values: the last file, for its owner alone, in nobody’s environment, never shown, and gone at the end', async () => {
    const look =
      'for each; do file=$each; [ "$last" != --values ] || found=$file; last=$each; done; stat -c %a "$found" >mode; cp "$found" seen; env >env'
    const env = { KATYDID_VALUES: 'a.yaml', KATYDID_SECRET_VALUES: 'registry:\n  pass: "hunter2"' }
    const { fakes, stdout, stderr } = await run({ env, helm: look }, { 'a.yaml': '' })
    assert.equal(fakes.read('seen'), 'registry:\n  pass: "hunter2"\n')
    assert.equal(fakes.read('mode'), '600\n')
    for (const text of [fakes.read('env'), fakes.calls, stdout, stderr]) assert.doesNotMatch(text, /hunter2/)
    assert.deepEqual(
      readdirSync(fakes.dir).filter((name) => name.startsWith('katydid-values')),
      [],
    )
  })

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    test(`${signal}: stopping the load, and removal is left to the steps after it`, async () => {
      const fakes = job({ helm: 'exec sleep 30', env: { KATYDID_SECRET_VALUES: 'a: 1' } })
      const { child, done } = fakes.start('ci-load-test')
      await fakes.called('helm upgrade')
      child.kill(signal)
      const { exitCode, stderr } = await done
      assert.equal(exitCode, 143, stderr)
      assert.match(fakes.calls, /delete jobs -l .*component=workers/)
      assert.equal(fakes.output('remove'), 'load-7-1')
      assert.equal(fakes.output('exit'), '143')
      assert.ok(!readdirSync(fakes.dir).some((name) => name.startsWith('katydid-values')))
    })

  test('follow waits as long as a login holds, or as long as the job has time', async () => {
    const waits = async (env: Record<string, string>) => {
      const fakes = job({
        kubectl: `*proxy/verdict*) echo "$KATYDID_TIMEOUT" >waits; echo '{ "exitCode": 0 }' ;;`,
        env,
      })
      const { exitCode, stderr } = await fakes.run('ci-load-test')
      return { exitCode, stderr, waits: fakes.read('waits').trim() }
    }
    const follow = { KATYDID_MODE: 'follow', KATYDID_RUN: 'load-6-1' }
    assert.equal((await waits({ ...follow, KATYDID_CLUSTER: 'aks' })).waits, '50m')
    assert.equal((await waits({ ...follow, KATYDID_CLUSTER: 'eks', KATYDID_JOB_MINUTES: '24' })).waits, '22m')
    assert.equal((await waits(follow)).waits, '330m')
    assert.equal((await waits({ ...follow, KATYDID_TIMEOUT: '7h' })).waits, '7h')
    const refused = await waits({ ...follow, KATYDID_CLUSTER: 'aks', KATYDID_TIMEOUT: '51m' })
    assert.equal(refused.exitCode, 2)
    assert.match(
      refused.stderr,
      /timeout 51m is longer than the login to aks lasts \(login-minutes: 50\): use a shorter timeout, and follow again/,
    )
  })
})

describe('load files of a workflow', { concurrency: 4 }, () => {
  // npm ci --prefix FOLDER …
  const npm = `echo "export const greeting = 'from a package'" >"$3/index.js"
mkdir -p "$3/node_modules/greetings"; mv "$3/index.js" "$3/node_modules/greetings/"
echo '{ "name": "greetings", "type": "module", "main": "index.js" }' >"$3/node_modules/greetings/package.json"`
  const load = `import { HttpUser, task } from 'katydid'
import { greeting } from 'greetings'
export class One extends HttpUser { @task async go() { await this.client.get('/' + greeting) } }`

  for (const [what, files, file] of [
    ['beside it', { 'load/package-lock.json': '{}', 'load/package.json': '{}' }, 'load/shop.ts'],
    [
      'of the workspace that it is in',
      { 'package-lock.json': '{}', 'package.json': '{}', 'load/package.json': '{}' },
      'load/deep/shop.mts',
    ],
  ] as const)
    test(`packages are installed by the lock file ${what}, and bundled`, async () => {
      const { fakes, exitCode, stderr } = await run(
        { npm, env: { KATYDID_LOAD_FILE: file } },
        { ...files, [file]: load },
      )
      assert.equal(exitCode, 0, stderr)
      assert.equal(fakes.calls.match(/^npm ci .*--ignore-scripts/gm)?.length, 1)
      assert.match(upgradeOf(fakes), /--set-file loadFile\.content=\.\/load-7-1\/load\.bundle/)
      const bundle = Buffer.from(fakes.read('load-7-1/load.bundle'), 'base64')
      assert.match(gunzipSync(bundle).toString(), /from a package/)
    })

  test('packages that are there, or that no lock file names, are left as they are', async () => {
    const simple = `import { HttpUser, task } from 'katydid'
export class One extends HttpUser { @task async go() {} }`
    const there = { 'load/package.json': '{}', 'load/package-lock.json': '{}', 'load/node_modules/.keep': '' }
    for (const files of [there, { 'load/package.json': '{}' }, {}]) {
      const { fakes, exitCode } = await run(
        { env: { KATYDID_LOAD_FILE: 'load/shop.ts' } },
        { ...files, 'load/shop.ts': simple },
      )
      assert.equal(exitCode, 0)
      assert.doesNotMatch(fakes.calls, /^npm/m)
    }
  })

  test('JavaScript is taken as it is', async () => {
    const { fakes } = await run({ env: { KATYDID_LOAD_FILE: 'shop.js' } }, { 'shop.js': 'export {}' })
    assert.match(upgradeOf(fakes), /--set-file loadFile\.content=shop\.js/)
    assert.ok(!existsSync(join(fakes.dir, 'load-7-1/load.bundle')))
  })

  test('JavaScript that is too large for the chart is compressed', async () => {
    const large = `export const text = '${'x'.repeat(450_000)}'`
    const { fakes } = await run({ env: { KATYDID_LOAD_FILE: 'shop.js' } }, { 'shop.js': large })
    assert.match(upgradeOf(fakes), /--set-file loadFile\.content=\.\/load-7-1\/load\.bundle/)
    const bundle = fakes.read('load-7-1/load.bundle')
    assert.ok(bundle.length < 5_000, `${bundle.length} bytes`)
    assert.equal(gunzipSync(Buffer.from(bundle, 'base64')).toString(), large)
  })

  const faults: [string, string, string, RegExp][] = [
    ['npm ci fails', 'exit 1', load, /npm ci failed in .*\/load; see above/],
    ['it cannot be bundled', 'mkdir "$3/node_modules"', 'export class {', /load\/shop\.ts cannot be bundled/],
  ]
  for (const [what, npm, text, says] of faults)
    test(`${what}: 2, and nothing is made`, async () => {
      const { fakes, exitCode, stderr } = await run(
        { npm, env: { KATYDID_LOAD_FILE: 'load/shop.ts' } },
        { 'load/package.json': '{}', 'load/package-lock.json': '{}', 'load/shop.ts': text },
      )
      assert.equal(exitCode, 2)
      assert.match(stderr, says)
      assert.doesNotMatch(fakes.calls, /create|upgrade/)
    })
})
