import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { temporaryFolder } from '../run-katydid.ts'
import { base, helms, Objects } from './helm.ts'

/** Templates mean the same to both Helms. */
const helm = helms.find(({ skip }) => skip === false)
const locust = { workers: { engine: 'locust' }, locust: { image: 'shop/locust:2', configMap: 'mine' } }

describe('workers of Locust', { skip: helm === undefined && 'there is no Helm' }, () => {
  const workerOf = (values: object) =>
    new Objects(helm!.path, [base, locust, values]).podOf('workers').spec.containers[0]

  test('a command of one’s own is run as it is, with the same arguments', () => {
    const { command, args } = workerOf({ locust: { command: ['tini', 'locust'] } })
    assert.deepEqual(command, ['tini', 'locust'])
    assert.deepEqual(args, workerOf({}).args)
  })

  /** The container's command, with a `locust` that is a script of the test. */
  function start(body: string) {
    const dir = temporaryFolder()
    const path = join(dir, 'locust')
    writeFileSync(path, `#!/bin/sh\n${body}\n`)
    chmodSync(path, 0o755)
    const { command = [], args } = workerOf({})
    const [shell = '', ...rest] = command
    const env = { PATH: `${dir}:${process.env.PATH}` }
    const child = spawn(shell, [...rest, ...args], { cwd: dir, env, stdio: 'inherit' })
    const ended = new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
      child.on('error', reject)
      child.on('exit', (code, signal) => resolve(code ?? signal))
    })
    const left = (name: string) => (existsSync(join(dir, name)) ? readFileSync(join(dir, name), 'utf8') : undefined)
    return { child, ended, left, args }
  }

  for (const code of [0, 1, 255])
    test(`ends with ${code} where Locust does`, async () => {
      assert.equal(await start(`exit ${code}`).ended, code)
    })

  test('ends as a shell does where Locust was killed', async () => {
    assert.equal(await start('kill -KILL $$').ended, 137)
  })

  test('Kubernetes finds nothing in it that it would replace', () => {
    for (const part of workerOf({}).command ?? []) assert.doesNotMatch(part, /\$[$(]/)
  })

  test('Locust has its arguments as they are', async () => {
    const { ended, left, args } = start(`printf '%s\\n' "$@" >said`)
    await ended
    assert.deepEqual(left('said')?.trimEnd().split('\n'), args)
  })

  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    test(`${signal} is Locust’s, which ends in its own time with 0: then 143`, { timeout: 20_000 }, async () => {
      const { child, ended, left } = start(
        `trap 'sleep 1; echo >gone; exit 0' TERM; echo >here; while :; do sleep 0.1; done`,
      )
      while (left('here') === undefined) await sleep(20)
      child.kill(signal)
      assert.equal(await ended, 143)
      assert.notEqual(left('gone'), undefined, 'it has waited for Locust')
    })

  test('told twice, it waits all the same', { timeout: 20_000 }, async () => {
    const { child, ended, left } = start(`trap '' TERM; echo >here; sleep 1; echo >gone; exit 0`)
    while (left('here') === undefined) await sleep(20)
    child.kill('SIGTERM')
    await sleep(200)
    child.kill('SIGTERM')
    assert.equal(await ended, 143)
    assert.notEqual(left('gone'), undefined)
  })
})
