import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { Fakes } from './fakes.ts'

const page = (fakes: Fakes, name: string) => readFileSync(join(fakes.dir, name), 'utf8')

describe('ci-cleanup', () => {
  const namespace = (answer: string) => new Fakes({ helm: '', kubectl: `case "$*" in get*) echo '${answer}' ;; esac` })

  test('takes the namespace away that carries the run’s label, the load first', async () => {
    const fakes = namespace('load-7-1 load-7-1')
    const { exitCode } = await fakes.run('ci-cleanup', 'load-7-1')
    assert.equal(exitCode, 0)
    assert.match(fakes.calls, /delete jobs --all.*\nhelm uninstall load-7-1 .*\nkubectl delete namespace load-7-1/)
  })

  for (const other of ['production ', 'production load-7-1'])
    test(`leaves another: ${other}`, async () => {
      const fakes = namespace(other)
      const { exitCode, stderr } = await fakes.run('ci-cleanup', 'production')
      assert.equal(exitCode, 1)
      assert.match(stderr, /namespace production is not a load test's; it stays/)
      assert.doesNotMatch(fakes.calls, /delete|uninstall/)
    })

  test('nothing was made, or it is gone already: nothing to do', async () => {
    const [none, gone] = [namespace(''), namespace('')]
    assert.equal((await none.run('ci-cleanup', '')).exitCode, 0)
    assert.equal(none.calls, '')
    assert.equal((await gone.run('ci-cleanup', 'load-7-1')).exitCode, 0)
    assert.doesNotMatch(gone.calls, /delete/)
  })
})

describe('ci-summary', () => {
  const files = { GITHUB_OUTPUT: 'outputs', GITHUB_STEP_SUMMARY: 'summary' }

  test('the verdict and its lines on the page of the job', async () => {
    const fakes = new Fakes({}, files)
    mkdirSync(join(fakes.dir, 'results'))
    writeFileSync(join(fakes.dir, 'results/result.json'), '{"verdict":{"outcome":"failed"}}')
    writeFileSync(join(fakes.dir, 'results/verdict.txt'), 'FAILED — 12 requests\n')
    assert.equal((await fakes.run('ci-summary', 'results')).exitCode, 0)
    assert.equal(page(fakes, 'outputs'), 'outcome=failed\n')
    assert.match(page(fakes, 'summary'), /### Load test: failed\n.*FAILED — 12 requests/s)
  })

  test('no result: broken, and what the master said last', async () => {
    const fakes = new Fakes({}, files)
    mkdirSync(join(fakes.dir, 'results/logs'), { recursive: true })
    writeFileSync(join(fakes.dir, 'results/logs/shop-master-1.log'), 'the load file is not there\n')
    assert.equal((await fakes.run('ci-summary', 'results')).exitCode, 0)
    assert.equal(page(fakes, 'outputs'), 'outcome=broken\n')
    assert.match(page(fakes, 'summary'), /the load file is not there/)
  })
})

describe('ci-load-test', () => {
  const job = (more: Record<string, string>) =>
    new Fakes({ helm: '', kubectl: '' }, { GITHUB_RUN_ID: '7', GITHUB_OUTPUT: 'outputs', RUNNER_TEMP: '.', ...more })

  const mistakes: [Record<string, string>, RegExp][] = [
    [{ KATYDID_MODE: 'later' }, /no such mode: later; wait, start or follow/],
    [{ KATYDID_MODE: 'follow' }, /mode follow needs run/],
    [{ KATYDID_RUN: 'load-6-1' }, /run names a run that was started before: it goes with mode follow/],
    [{ KATYDID_NAME: 'Shop_Load' }, /Shop_Load-7-1 cannot be a release: small letters/],
    [{ KATYDID_VALUES: 'nowhere.yaml' }, /values: cannot read nowhere\.yaml/],
    [{ KATYDID_IMAGE: 'registry.test/katydid' }, /has neither a tag nor a digest/],
    [{ KATYDID_LOAD_FILE: 'nowhere.ts' }, /load-file: cannot read nowhere\.ts/],
  ]
  for (const [env, says] of mistakes)
    test(`refused before anything is made: ${JSON.stringify(env)}`, async () => {
      const fakes = job(env)
      const { exitCode, stderr } = await fakes.run('ci-load-test')
      assert.equal(exitCode, 2)
      assert.match(stderr, says)
      assert.equal(fakes.calls, '')
    })
})

test('find-helm: one of the PATH that has the right version; an unknown major is refused', async () => {
  const fakes = new Fakes({ helm3: 'echo v3.22.0+g1', helm: 'echo v4.3.1+g2' })
  assert.equal((await fakes.run('find-helm', '3')).stdout, `${fakes.dir}/helm3\n`)
  const four = new Fakes({ helm4: 'echo v3.9.9', helm: 'echo v4.3.1+g2' })
  assert.equal((await four.run('find-helm', '4')).stdout, `${four.dir}/helm\n`)
  const { exitCode, stderr } = await fakes.run('find-helm', '2')
  assert.equal(exitCode, 2)
  assert.match(stderr, /usage: find-helm 3\|4/)
})
