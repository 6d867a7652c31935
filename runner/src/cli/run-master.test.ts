import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Sink } from '../outputs/console/terminal.fixture.ts'
import type { System } from '../system.ts'
import { type MasterFlags, runMaster } from './run-master.ts'

const loadFile = `import { constant, HttpUser, task } from 'katydid'
globalThis.loaded()
export class U extends HttpUser { waitTime = constant(1); @task async go() { await this.client.get('/') } }`

test('a signal between the load file and the run: the run is over at once, not after the time that workers have to come', {
  timeout: 60_000,
}, async () => {
  const dir = mkdtempSync(join(tmpdir(), 'run-master-'))
  const file = join(dir, 'shop.ts')
  writeFileSync(file, loadFile)
  const handlers = new Set<Parameters<System['onSignal']>[0]>()
  let isLoaded = false
  Object.assign(globalThis, { loaded: () => (isLoaded = true) })
  const stdout = new Sink()
  const system: System = {
    args: [],
    env: {},
    stdout: stdout as unknown as System['stdout'],
    stderr: new Sink() as unknown as System['stderr'],
    // asked for where the run's files go, which is after the load file was looked at and before there is a run
    cwd: () => {
      if (isLoaded) for (const handler of [...handlers]) handler('SIGTERM')
      isLoaded = false
      return dir
    },
    onSignal: (handler) => {
      handlers.add(handler)
      return () => void handlers.delete(handler)
    },
    exit: () => assert.fail('it left in a hurry'),
    settle: () => {},
    whenUnfinished: () => () => {},
  }
  const flags: MasterFlags = {
    ...{ json: 'result.json', logFormat: 'json', logLevel: 'fatal', serve: true, keepAlive: true },
    ...{ bindHost: '127.0.0.1', bindPort: '0', webHost: '127.0.0.1', webPort: '0', checkpointInterval: '1m' },
    ...{ values: [], threshold: [], param: [] },
  }
  try {
    const exitCode = await runMaster(system, { file, host: 'http://127.0.0.1:9', runTime: '10m' }, flags)
    assert.equal(exitCode, 2)
    assert.equal(isLoaded, false)
    assert.match(stdout.text, /interrupted by SIGTERM before its load was over/)
  } finally {
    rmSync(dir, { recursive: true })
  }
})
